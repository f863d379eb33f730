// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * packets.c - a netfilter hook that records every IP packet which this machine receives.
 *
 * Each packet is one data entry: type 101 (LINKTYPE_RAW of https://www.tcpdump.org/linktypes.html:
 * from the IP header on), remarks the number of the interface. `export --format pcapng --type 101
 * --link-type raw` makes a file for Wireshark of them. Called in softirq or task context.
 *
 * What it counts itself stands in debugfs, /sys/kernel/debug/ringscope_packets/: packets and bytes
 * that were received, and those that no ring took.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include "ringscope.h"

#define TYPE_IP_PACKET 101u

enum counter { RECEIVED_PACKETS, RECEIVED_BYTES, REFUSED_PACKETS, REFUSED_BYTES, COUNTERS };

static const char *const counter_names[COUNTERS] = {"packets", "bytes", "refused_packets", "refused_bytes"};
static DEFINE_PER_CPU(u64[COUNTERS], counted);
static struct dentry *folder;

static void count(enum counter packets, u32 bytes)
{
	this_cpu_inc(counted[packets]);
	this_cpu_add(counted[packets + 1], bytes);
}

/*
 * A packet whose bytes lie in several pages is put together in the ring itself: no buffer in
 * between.
 */
static rs_status_t send_pieces(const struct sk_buff *skb, u32 interface)
{
	rs_slot_t slot;
	const rs_status_t status = rs_reserve(RS_INFO, RS_KIND_DATA, TYPE_IP_PACKET, interface, skb->len, &slot);

	if (status != RS_OK)
		return status;
	if (skb_copy_bits(skb, 0, slot.payload, (int)skb->len)) {
		rs_discard(&slot);
		return RS_IO;
	}
	rs_commit(&slot);
	return RS_OK;
}

static unsigned int record(void *unused, struct sk_buff *skb, const struct nf_hook_state *state)
{
	const u32 interface = state->in ? (u32)state->in->ifindex : 0;
	rs_status_t status;

	/* In front of this hook the network layer has set `data` to the IP header. */
	if (skb_is_nonlinear(skb))
		status = send_pieces(skb, interface);
	else
		status = rs_send(TYPE_IP_PACKET, interface, skb->data, skb->len);
	count(RECEIVED_PACKETS, skb->len);
	if (status != RS_OK)
		count(REFUSED_PACKETS, skb->len);
	return NF_ACCEPT;
}

static const struct nf_hook_ops hooks[] = {
	{.hook = record, .pf = NFPROTO_IPV4, .hooknum = NF_INET_LOCAL_IN, .priority = NF_IP_PRI_FIRST},
	{.hook = record, .pf = NFPROTO_IPV6, .hooknum = NF_INET_LOCAL_IN, .priority = NF_IP6_PRI_FIRST},
};

static int __net_init hook_namespace(struct net *net)
{
	return nf_register_net_hooks(net, hooks, ARRAY_SIZE(hooks));
}

static void __net_exit unhook_namespace(struct net *net)
{
	nf_unregister_net_hooks(net, hooks, ARRAY_SIZE(hooks));
}

static struct pernet_operations namespaces = {.init = hook_namespace, .exit = unhook_namespace};

static int read_counter(void *which, u64 *value)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(counted, cpu)[(uintptr_t)which]);
	*value = sum;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(counter_file, read_counter, NULL, "%llu\n");

static int __init packets_init(void)
{
	uintptr_t which;
	const int error = register_pernet_subsys(&namespaces);

	if (error)
		return error;
	folder = debugfs_create_dir(KBUILD_MODNAME, NULL);
	for (which = 0; which < COUNTERS; which++)
		debugfs_create_file(counter_names[which], 0444, folder, (void *)which, &counter_file);
	return 0;
}

static void __exit packets_exit(void)
{
	debugfs_remove(folder);
	unregister_pernet_subsys(&namespaces);
}

module_init(packets_init);
module_exit(packets_exit);
MODULE_DESCRIPTION("Records received IP packets with Ringscope");
MODULE_LICENSE("Dual MIT/GPL");
