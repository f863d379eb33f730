/* SPDX-License-Identifier: MIT */
/* device.c - see device.h. */
#include "device.h"

#include <stdio.h>
#include <string.h>

#include "device_host.h"
#include "host.h"
#include "host_file.h"

#define CALL(file, call, structure) rs_device_host_call(file, call, &(structure), sizeof(structure))

typedef struct {
	const char *path; /* as it was given, for messages */
	char device[256];
	char name[RS_NAME_BYTES];
	rs_message_t *message;
} place_t;

/* Returns 0 when the path is too long to be a device's. */
static int split(const char *path, char *device, size_t device_bytes, const char **name)
{
	const char *at = strrchr(path, '@');
	const size_t length = at ? (size_t)(at - path) : strlen(path);

	if (length >= device_bytes)
		return 0;
	memcpy(device, path, length);
	device[length] = '\0';
	*name = at ? at + 1 : "";
	return 1;
}

int rs_device_is(const char *path)
{
	char device[256];
	const char *name;

	return split(path, device, sizeof(device), &name) && rs_device_host_is(device);
}

static rs_status_t fail(const place_t *place, rs_status_t status, const char *why)
{
	snprintf(place->message->text, sizeof(place->message->text), "cannot use %s: %s", place->path, why);
	return status;
}

static rs_status_t fail_by_error(const place_t *place, int error, const char *what)
{
	return rs_host_fail(error, what, place->path, place->message->text, sizeof(place->message->text));
}

/* Another device would take the numbers of our calls for its own: nothing else is asked before this. */
static rs_status_t check_version(const place_t *place, int file)
{
	rs_device_version_t version = {.size = sizeof(version)};
	char why[160];

	const int error = CALL(file, RS_IOC_VERSION, version);
	if (error)
		return rs_device_host_why(error) == RS_REFUSED_NO_SUCH_CALL ? fail(place, RS_NOT_RINGS, "it is no device of Ringscope's driver")
									    : fail_by_error(place, error, "cannot ask the driver of");
	if (version.device_abi == RS_DEVICE_ABI && version.ring_abi >> 16 == RS_ABI_MAJOR)
		return RS_OK;
	snprintf(why, sizeof(why), "the driver that is loaded has device ABI %u and rings of ABI %u.%u, this reader has %u and %u; build and load it again",
		 version.device_abi, version.ring_abi >> 16, version.ring_abi & 0xffff, RS_DEVICE_ABI, RS_ABI_MAJOR);
	return fail(place, RS_BAD_ABI, why);
}

static rs_status_t select_set(const place_t *place, int file, rs_device_describe_t *found)
{
	rs_device_select_t select = {.size = sizeof(select)};
	char why[160];

	memcpy(select.name, place->name, sizeof(select.name));
	int error = CALL(file, RS_IOC_SELECT, select);
	if (error) {
		if (rs_device_host_why(error) != RS_REFUSED_NOT_FOUND)
			return fail_by_error(place, error, "cannot select the set of");
		snprintf(why, sizeof(why), "the driver has no set of the name %s", place->name[0] ? place->name : "default");
		return fail(place, RS_NOT_FOUND, why);
	}
	*found = (rs_device_describe_t){.size = sizeof(*found)};
	error = CALL(file, RS_IOC_DESCRIBE, *found);
	if (error)
		return fail_by_error(place, error, "cannot ask for the set of");
	return RS_OK;
}

/* One reader takes entries; the claim ends with its file, however that ends. */
static rs_status_t claim(const place_t *place, int file)
{
	rs_device_plain_t wanted = {.size = sizeof(wanted)};
	rs_device_describe_t found = {.size = sizeof(found)};

	const int error = CALL(file, RS_IOC_CLAIM, wanted);
	if (!error)
		return RS_OK;
	if (rs_device_host_why(error) != RS_REFUSED_BUSY)
		return fail_by_error(place, error, "cannot claim");
	if (CALL(file, RS_IOC_DESCRIBE, found) != 0 || !found.is_claimed)
		return fail(place, RS_BUSY, "somebody else was draining it; try again");
	snprintf(place->message->text, sizeof(place->message->text), "cannot drain %s: process %u drains it already", place->path,
		 found.claimer_pid);
	return RS_BUSY;
}

static rs_status_t map_part(const place_t *place, int file, uint64_t offset, uint64_t bytes, int is_writing, uint8_t **part)
{
	const int error = rs_device_host_map(file, offset, bytes, is_writing, part);
	return error ? fail_by_error(place, error, "cannot map the ring set") : RS_OK;
}

/* Returns RS_OK when the first page is the header of the set that the driver tells of. */
static rs_status_t check_header(const place_t *place, const rs_device_describe_t *found, const rs_set_header_t *header)
{
	char why[256];
	const rs_status_t status = rs_ringset_check(header, found->total_bytes, why, sizeof(why));
	if (status != RS_OK)
		return fail(place, status, why);
	if (header->consumer_off != found->consumer_off || header->mode != found->mode)
		return fail(place, RS_NOT_RINGS, "its header is not that of the set that the driver tells of");
	return RS_OK;
}

/* The driver's numbers are its word; the header has to bear them out before anything of it is used. */
static rs_status_t map_halves(const place_t *place, const rs_device_describe_t *found, enum rs_map_rights rights, rs_ringset_file_t *set)
{
	/* Of a set that overwrites the consumer's pages say nothing, and nobody may write there. */
	const int is_taking = rights == RS_MAP_CONSUMER && found->mode == RS_MODE_DISCARD;
	rs_set_header_t header;
	uint8_t *bytes = NULL;

	if (found->consumer_off < sizeof(header) || found->consumer_off % RS_REGION_ALIGN || found->total_bytes <= found->consumer_off)
		return fail(place, RS_NOT_RINGS, "the driver tells of a set that cannot be");
	rs_status_t status = map_part(place, set->file, 0, found->consumer_off, 0, &bytes);
	if (status != RS_OK)
		return status;
	memcpy(&header, bytes, sizeof(header));
	status = check_header(place, found, &header);
	if (status != RS_OK) {
		rs_host_file_unmap(bytes, found->consumer_off);
		return status;
	}
	/* From here on the set knows how much there is to be unmapped. */
	set->header = header;
	set->bytes = bytes;
	return map_part(place, set->file, header.consumer_off, header.total_bytes - header.consumer_off, is_taking, &set->consumer);
}

static rs_status_t find_place(const char *path, enum rs_map_rights rights, rs_message_t *message, place_t *place)
{
	const char *name;

	*place = (place_t){.path = path, .message = message};
	if (!split(path, place->device, sizeof(place->device), &name))
		return fail(place, RS_NOT_FOUND, "the path is too long");
	if (rights == RS_MAP_IMAGE)
		return fail(place, RS_BAD_ARGUMENT, "a device is no image: its kernel runs");
	if (strlen(name) >= sizeof(place->name))
		return fail(place, RS_BAD_ARGUMENT, "the name of a set has at most 31 bytes");
	memcpy(place->name, name, strlen(name));
	return RS_OK;
}

rs_status_t rs_device_map(const char *path, enum rs_map_rights rights, rs_ringset_file_t *set, rs_message_t *message)
{
	rs_device_describe_t found;
	place_t place;

	memset(set, 0, sizeof(*set));
	set->is_device = 1;
	set->file = -1;
	rs_status_t status = find_place(path, rights, message, &place);
	if (status != RS_OK)
		return status;
	const int error = rs_device_host_open(place.device, rights != RS_MAP_PEEK, &set->file);
	if (error && rs_device_host_why(error) == RS_REFUSED_NOT_FOUND)
		return fail(&place, RS_NOT_FOUND, "there is no such device; install and start Ringscope's driver");
	if (error)
		return fail_by_error(&place, error, "cannot open");
	status = check_version(&place, set->file);
	if (status == RS_OK)
		status = select_set(&place, set->file, &found);
	if (status == RS_OK && rights == RS_MAP_CONSUMER && found.mode == RS_MODE_DISCARD)
		status = claim(&place, set->file);
	if (status == RS_OK)
		status = map_halves(&place, &found, rights, set);
	if (status != RS_OK)
		rs_ringset_file_unmap(set);
	return status;
}

int rs_device_wait(const rs_ringset_file_t *set, uint64_t ns)
{
	return rs_device_host_wait(set->file, ns);
}
