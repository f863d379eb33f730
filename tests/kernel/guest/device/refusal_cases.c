/* SPDX-License-Identifier: MIT */
/* refusal_cases.c - the errors that rs_device.h names, call by call. */
#include "device_case.h"

static rs_device_plain_t plain = {.size = sizeof(plain)};

static int make(int file, rs_device_make_t plan)
{
	return call(file, RS_IOC_MAKE, &plan);
}

static int select_set(int file, const char *name)
{
	rs_device_select_t select = {.size = sizeof(select)};

	snprintf(select.name, sizeof(select.name), "%s", name);
	return call(file, RS_IOC_SELECT, &select);
}

static void names(void)
{
	const int file = open_device();
	rs_device_make_t plan = make_plan("");
	rs_device_select_t select = {.size = sizeof(select)};

	memset(plan.name, 'x', sizeof(plan.name));
	expect_errno(EINVAL, make(file, plan), "MAKE of a name without its zero");
	memset(select.name, 'x', sizeof(select.name));
	expect_call(EINVAL, file, RS_IOC_SELECT, &select);
	expect_errno(ENOENT, select_set(file, "nobody"), "SELECT of a set that is not there");
	expect_errno(0, make(file, make_plan("twice")), "MAKE");
	expect_errno(EEXIST, make(open_device(), make_plan("twice")), "MAKE of a name that is taken");
	expect(strcmp(describe_set(file).name, "twice") == 0, "it is called %s", describe_set(file).name);
	remove_set(file);

	const int unnamed = open_device();

	expect_errno(0, make(unnamed, make_plan("")), "MAKE without a name");
	expect(strcmp(describe_set(unnamed).name, "default") == 0, "without a name it is called %s", describe_set(unnamed).name);
	remove_set(unnamed);
}

static void plans(void)
{
	const int file = open_device();
	rs_device_make_t plan = make_plan("plan");
	const uint64_t wrong_bytes[] = {1, 4095, 65537, 1536, UINT64_C(1) << 31, UINT64_C(1) << 63, UINT64_MAX};

	for (size_t n = 0; n < sizeof(wrong_bytes) / sizeof(*wrong_bytes); n++) {
		plan.ring_bytes = wrong_bytes[n];
		expect_errno(EINVAL, make(file, plan), "MAKE of rings whose size cannot be");
	}
	plan = make_plan("plan");
	plan.mode = 2;
	expect_errno(EINVAL, make(file, plan), "MAKE of an unknown mode");
	plan = make_plan("plan");
	plan.order = 2;
	expect_errno(EINVAL, make(file, plan), "MAKE of an unknown order");
	plan = make_plan("plan");
	plan.site_count = RS_SITE_COUNT_MAX + RS_SITE_COUNT_STEP;
	expect_errno(EINVAL, make(file, plan), "MAKE of too many sites");
	plan = make_plan("plan");
	plan.site_text_bytes = RS_SITE_TEXT_BYTES_MAX + 1;
	expect_errno(EINVAL, make(file, plan), "MAKE of too much text");
	expect(ask_version().set_count == 0, "a refused plan left a set behind");
	close_device(file);
}

static void limits(void)
{
	const uint64_t before = ask_version().memory_used;
	const uint64_t limit = ask_version().memory_limit;
	rs_device_make_t plan = make_plan("large");
	int files[RS_SETS_MAX];
	char name[16];

	plan.ring_bytes = 1u << 30;
	expect(plan.ring_bytes > limit, "the limit of %llu bytes lets rings of 1 GiB through", (unsigned long long)limit);
	const int file = open_device();

	expect_errno(ENOSPC, make(file, plan), "MAKE beyond the memory limit");
	close_device(file);
	for (unsigned n = 0; n < RS_SETS_MAX; n++) {
		snprintf(name, sizeof(name), "set%u", n);
		plan = make_plan(name);
		plan.ring_bytes = RS_RING_BYTES_MIN;
		plan.site_count = RS_DEVICE_NO_SITES;
		files[n] = open_device();
		expect_errno(0, make(files[n], plan), "MAKE of one of sixteen");
	}
	plan = make_plan("seventeenth");
	plan.ring_bytes = RS_RING_BYTES_MIN;
	const int more = open_device();

	expect_errno(ENOSPC, make(more, plan), "MAKE of the seventeenth set");
	close_device(more);
	expect(ask_version().set_count == RS_SETS_MAX, "%u sets are counted", ask_version().set_count);
	for (unsigned n = 0; n < RS_SETS_MAX; n++)
		remove_set(files[n]);
	expect(ask_version().memory_used == before, "%llu bytes are used afterwards, %llu before",
	       (unsigned long long)ask_version().memory_used, (unsigned long long)before);
	note("memory limit %llu MiB", (unsigned long long)limit >> 20);
}

static void one_drainer(void)
{
	const int first = open_new_set("drained");
	const int second = open_set("drained");

	expect_errno(0, claim_set(first), "CLAIM");
	expect_errno(EBUSY, claim_set(second), "CLAIM of a claimed set");
	const rs_device_describe_t facts = describe_set(second);

	expect(facts.is_claimed && facts.claimer_pid == (uint32_t)getpid(), "claimed %u by %u, expected by %d", facts.is_claimed,
	       facts.claimer_pid, getpid());
	close_device(first);
	expect(!describe_set(second).is_claimed, "the claim did not end with its file");
	expect_errno(0, claim_set(second), "CLAIM after the first one went");
	remove_set(second);

	rs_device_make_t plan = make_plan("overwritten");

	plan.mode = RS_MODE_OVERWRITE;
	const int overwritten = open_device();

	expect_errno(0, make(overwritten, plan), "MAKE in overwrite mode");
	expect_errno(EINVAL, claim_set(overwritten), "CLAIM in overwrite mode");
	remove_set(overwritten);
}

static void busy_sets(void)
{
	const int file = open_new_set("busy");
	const int other = open_set("busy");

	expect_call(EBUSY, file, RS_IOC_REMOVE, &plain);
	close_device(other);
	void *const half = map_producer(file, PROT_READ);

	expect(half != MAP_FAILED, "map: %s", strerror(errno));
	expect_call(EBUSY, file, RS_IOC_REMOVE, &plain);
	expect_call(EBUSY, file, RS_IOC_RESET, &plain);
	const int second = open_new_set("second");

	expect_errno(EBUSY, select_set(file, "second"), "SELECT while another set is mapped");
	expect_errno(EBUSY, make(file, make_plan("third")), "MAKE while another set is mapped");
	expect_errno(0, select_set(file, "busy"), "SELECT of the set that is mapped");
	remove_set(second);
	unmap(half, describe_set(file).consumer_off);
	remove_mapped_set(file);
}

/* Who may only read the device changes nothing. */
static void only_for_reading(void)
{
	const int file = open_new_set(TEST_SET);
	const int reader = open_device_for_reading();
	rs_device_make_t plan = make_plan("another");
	rs_device_control_t control = {.size = sizeof(control)};
	const unsigned long changes[] = {RS_IOC_START, RS_IOC_STOP, RS_IOC_CLAIM, RS_IOC_RESET, RS_IOC_REMOVE};

	expect_errno(0, select_set(reader, TEST_SET), "SELECT");
	for (size_t n = 0; n < sizeof(changes) / sizeof(*changes); n++)
		expect_errno(EACCES, call(reader, changes[n], &plain), "a call that changes a set");
	expect_errno(EACCES, make(reader, plan), "MAKE");
	expect_call(EACCES, reader, RS_IOC_CONTROL, &control);
	void *const half = map_producer(reader, PROT_READ);

	expect(half != MAP_FAILED, "a file for reading cannot map what it may read: %s", strerror(errno));
	unmap(half, describe_set(reader).consumer_off);
	close_device(reader);
	remove_set(file);
}

/* Its pages, and the frames that its dump descriptor tells of each. */
static void memory_is_counted(void)
{
	const uint64_t before = ask_version().memory_used;
	const int file = open_new_set(TEST_SET);
	const uint64_t pages = describe_set(file).total_bytes;
	const uint64_t used = ask_version().memory_used - before;

	expect(used >= pages + pages / RS_PAGE_BYTES * 8, "%llu bytes are counted for %llu of pages", (unsigned long long)used,
	       (unsigned long long)pages);
	remove_set(file);
}

static void few_rings(void)
{
	const int file = open_new_set("snapshot");
	const uint32_t count = describe_set(file).ring_count;
	rs_device_ring_t *const rings = calloc(count + 1, sizeof(*rings));
	rs_device_snapshot_t snapshot = {.size = sizeof(snapshot), .rings = (uintptr_t)rings, .ring_count = count - 1};

	memset(rings, 0x5a, (count + 1) * sizeof(*rings));
	expect_call(ENOSPC, file, RS_IOC_SNAPSHOT, &snapshot);
	snapshot.ring_count = count;
	expect_call(0, file, RS_IOC_SNAPSHOT, &snapshot);
	expect(rings[count].attempts == UINT64_C(0x5a5a5a5a5a5a5a5a), "it wrote beyond the last ring");
	expect(rings[count - 1].attempts == 0, "a new ring has %llu attempts", (unsigned long long)rings[count - 1].attempts);
	free(rings);
	remove_set(file);
}

static void rules_that_cannot_be(void)
{
	static rs_rule_t rules[RS_SITE_RULES_MAX + 1];
	const int file = open_new_set("rules");
	rs_device_control_t control = {.size = sizeof(control), .changes = (uintptr_t)rules};

	for (size_t n = 0; n <= RS_SITE_RULES_MAX; n++) {
		snprintf(rules[n].pattern, sizeof(rules[n].pattern), "site_%zu", n);
		rules[n].level = RS_WARN;
	}
	control.count = RS_SITE_RULES_MAX + 1;
	expect_call(ENOSPC, file, RS_IOC_CONTROL, &control);
	control.count = RS_SITE_RULES_MAX;
	control.flags = RS_CONTROL_RESET;
	expect_call(0, file, RS_IOC_CONTROL, &control);
	control.count = 1;
	memset(rules[0].pattern, 'x', sizeof(rules[0].pattern));
	expect_call(EINVAL, file, RS_IOC_CONTROL, &control);
	snprintf(rules[0].pattern, sizeof(rules[0].pattern), "*");
	rules[0].level = 200;
	expect_call(EINVAL, file, RS_IOC_CONTROL, &control);
	remove_set(file);

	rs_device_make_t plan = make_plan("siteless");

	plan.site_count = RS_DEVICE_NO_SITES;
	const int siteless = open_device();

	expect_errno(0, make(siteless, plan), "MAKE without sites");
	rules[0].level = RS_WARN;
	control.flags = 0;
	expect_call(EOPNOTSUPP, siteless, RS_IOC_CONTROL, &control);
	remove_set(siteless);
}

const struct device_case refusal_cases[] = {
	{"names: no zero at the end, unknown, taken, none", names},
	{"plans that cannot be are refused and leave nothing behind", plans},
	{"the memory limit and the number of sets are kept, and given back", limits},
	{"one file drains a set, and its claim ends with it", one_drainer},
	{"a set that is mapped or selected by another file is neither removed nor reset", busy_sets},
	{"a snapshot into too few rings is refused, and one into more writes no others", few_rings},
	{"rules that cannot be are refused", rules_that_cannot_be},
	{"a file that is open for reading changes nothing", only_for_reading},
	{"all memory of a set is counted", memory_is_counted},
	{0},
};
