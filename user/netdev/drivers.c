// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/drivers.h"

#include <string.h>

#include "netdev/kernel_probe.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *const driver_attach_names[] = {"unknown", "quiet", "rings", "link"};

/*
 * Sources. Kernel versions: docs/kernel-versions.md of iovisor/bcc, the commit that added
 * ndo_bpf or ndo_xdp to each driver. All else: the function that handles XDP_SETUP_PROG, named in a
 * comment, of Linux 6.12, and of 6.1 where they differ. MTU limits without frags follow from the
 * buffer that a frame must fit: 4096 less 256 of headroom, 320 of struct skb_shared_info (x86-64
 * and arm64) and 14 of Ethernet leaves 3506, and less with tags and checksum; or a fixed buffer.
 */
static const struct driver table[] = {
	/* aq_main.c, aq_xdp_setup(). */
	{"atlantic", "Aquantia AQtion", KERNEL(5, 19), KERNEL(5, 19), 2048, TRISTATE_NO,
	 ATTACH_LINK, 0, "Attaching closes and opens the interface, and turns LRO off."},
	/* bnxt_xdp.c, bnxt_xdp_set(): bnxt_close_nic(bp, true, false) leaves the link alone. */
	{"bnxt_en", "Broadcom NetXtreme-C/E", KERNEL(4, 11), KERNEL(5, 19), 3502, TRISTATE_YES,
	 ATTACH_RINGS, DRIVER_COMBINED,
	 "Attaching rebuilds all rings and turns LRO and hardware GRO off."},
	/* bond_main.c, bond_xdp_set(): hands the program to every port. */
	{"bonding", "bond", KERNEL(5, 15), 0, 0, TRISTATE_UNKNOWN, ATTACH_UNKNOWN, 0,
	 "The program goes to every port, with what that costs on each; a port that holds one "
	 "already makes it fail, as do modes other than round-robin, active-backup, balance-xor "
	 "and 802.3ad."},
	{"bridge", "bridge", DRIVER_NEVER, 0, 0, TRISTATE_UNKNOWN, ATTACH_UNKNOWN, 0, ""},
	{"dummy", "dummy", DRIVER_NEVER, 0, 0, TRISTATE_UNKNOWN, ATTACH_UNKNOWN, 0, ""},
	{"e1000", "Intel PRO/1000", DRIVER_NEVER, 0, 0, TRISTATE_UNKNOWN, ATTACH_UNKNOWN, 0, ""},
	{"e1000e", "Intel PRO/1000 PCIe", DRIVER_NEVER, 0, 0, TRISTATE_UNKNOWN, ATTACH_UNKNOWN, 0,
	 ""},
	/* ena_xdp.c, ena_xdp_set(): ena_down() and ena_up(); ena_xdp.h, ena_xdp_allowed(). */
	{"ena", "Amazon ENA", KERNEL(5, 6), 0, 3498, TRISTATE_YES, ATTACH_RINGS,
	 DRIVER_HALF_CHANNELS,
	 "Attaching stops the device and rebuilds all queues, with a second set for "
	 "transmission."},
	/* gve_main.c, gve_set_xdp() and verify_xdp_configuration(): 2048 less 14 and 2. */
	{"gve", "Google Virtual NIC", KERNEL(6, 4), 0, 2032, TRISTATE_NO, ATTACH_RINGS,
	 DRIVER_LRO_OFF | DRIVER_HALF_CHANNELS,
	 "Attaching stops all queues for a moment. Of the queue formats only GQI-QPL was "
	 "supported at first."},
	/* netvsc_bpf.c, netvsc_xdp_set(): stores pointers; netvsc_vf_setxdp() passes it to a VF. */
	{"hv_netvsc", "Hyper-V", KERNEL(5, 6), 0, 3506, TRISTATE_YES, ATTACH_QUIET, DRIVER_LRO_OFF,
	 "With accelerated networking the program also goes to the virtual function below, with "
	 "what that costs there."},
	/* i40e_main.c, i40e_xdp_setup(): i40e_prep_for_reset(), i40e_reset_and_rebuild(); 3072 - 26. */
	{"i40e", "Intel 700 series", KERNEL(4, 13), KERNEL(6, 4), 3046, TRISTATE_NO, ATTACH_LINK, 0,
	 "Attaching resets the function and rebuilds its rings: the link can blink."},
	/* ice_main.c, ice_xdp_setup_prog(): ice_down(), ice_up(); 3072 - 26. */
	{"ice", "Intel E800 series", KERNEL(5, 5), KERNEL(6, 3), 3046, TRISTATE_NO, ATTACH_RINGS, 0,
	 "Attaching stops the interface and rebuilds its rings: the link can blink."},
	/* igb_main.c, igb_xdp_setup(): igb_close(), igb_open(); 3072 - 26. */
	{"igb", "Intel gigabit", KERNEL(5, 10), 0, 3046, TRISTATE_NO, ATTACH_LINK, 0,
	 "Attaching closes and opens the interface: the link goes down for seconds."},
	/* igc_xdp.c, igc_xdp_set_prog(): igc_close(), igc_open(); ETH_DATA_LEN. */
	{"igc", "Intel I225/I226", KERNEL(5, 13), 0, 1500, TRISTATE_NO, ATTACH_LINK, 0,
	 "Attaching closes and opens the interface: the link goes down for seconds."},
	/* ixgbe_main.c, ixgbe_xdp_setup(): ixgbe_setup_tc(); ring_is_rsc_enabled(); 3072 - 22. */
	{"ixgbe", "Intel 10 gigabit", KERNEL(4, 12), 0, 3050, TRISTATE_NO, ATTACH_LINK,
	 DRIVER_LRO_OFF,
	 "Attaching resets the adapter: the link was seen down for 20 seconds. Refused with "
	 "SR-IOV or DCB, and where CPUs number more than 128."},
	/* ixgbevf_main.c, ixgbevf_xdp_setup(): ixgbevf_close(), ixgbevf_open(); 3072 - 22. */
	{"ixgbevf", "Intel 10 gigabit VF", KERNEL(4, 17), 0, 3050, TRISTATE_NO, ATTACH_LINK, 0,
	 "Attaching closes and opens the interface."},
	/* mana_bpf.c, mana_xdp_set(): pointers in 6.12, but newer kernels may rebuild the queues. */
	{"mana", "Microsoft Azure Network Adapter", KERNEL(5, 17), 0, 3506, TRISTATE_YES,
	 ATTACH_RINGS, 0, "Depending on the kernel, attaching rebuilds the queues."},
	/* en_netdev.c, mlx4_xdp_set(): mlx4_en_stop_port(), mlx4_en_start_port(). */
	{"mlx4_en", "Mellanox ConnectX-3", KERNEL(4, 8), 0, 3498, TRISTATE_YES, ATTACH_LINK, 0,
	 "Attaching stops and starts the port."},
	/* en_main.c, mlx5e_xdp_set(): mlx5e_switch_priv_channels() with the carrier off meanwhile. */
	{"mlx5_core", "NVIDIA ConnectX-4 and later", KERNEL(4, 9), KERNEL(5, 18), 3498,
	 TRISTATE_YES, ATTACH_RINGS, DRIVER_LRO_OFF | DRIVER_HW_GRO_OFF,
	 "Attaching changes to a new set of channels, during which the interface shows no "
	 "carrier: a bond can fail over."},
	/* mvneta.c, mvneta_xdp_setup(): mvneta_stop(), mvneta_open(). */
	{"mvneta", "Marvell Armada 370/XP/38x/3700", KERNEL(5, 5), KERNEL(5, 18), 3520,
	 TRISTATE_YES, ATTACH_LINK, 0,
	 "Attaching stops and opens the interface. Refused with hardware buffer management."},
	/* mvpp2_main.c, mvpp2_xdp_setup(): mvpp2_stop(), mvpp2_open(). */
	{"mvpp2", "Marvell Armada 375/7K/8K", KERNEL(5, 9), 0, 3552, TRISTATE_YES, ATTACH_LINK, 0,
	 "Attaching stops and opens the interface. It needs per-CPU pools and two transmit queues "
	 "per CPU."},
	/* nfp_net_common.c, nfp_net_xdp_setup_drv(): nfp_net_ring_reconfig(). */
	{"nfp", "Netronome Agilio", KERNEL(4, 10), 0, 0, TRISTATE_YES, ATTACH_RINGS, 0,
	 "Attaching stops the device and changes to a new set of rings."},
	/* nicvf_main.c, nicvf_xdp_setup(): nicvf_stop(), nicvf_open(); 1530 - 14 - 8. */
	{"nicvf", "Cavium ThunderX", KERNEL(4, 12), 0, 1508, TRISTATE_NO, ATTACH_LINK, 0,
	 "Attaching stops and opens the interface."},
	/* qede_filter.c, qede_xdp_set(): qede_reload(). */
	{"qede", "QLogic FastLinQ", KERNEL(4, 10), 0, 0, TRISTATE_YES, ATTACH_LINK, 0,
	 "Attaching reloads the interface and turns hardware GRO off."},
	{"r8169", "Realtek", DRIVER_NEVER, 0, 0, TRISTATE_UNKNOWN, ATTACH_UNKNOWN, 0, ""},
	/* sfc/efx.c, efx_xdp_setup_prog(): stores a pointer. Its limit depends on the model. */
	{"sfc", "Solarflare", KERNEL(5, 5), 0, 0, TRISTATE_YES, ATTACH_QUIET, 0, ""},
	/* stmmac_xdp.c, stmmac_xdp_set_prog(): stmmac_xdp_release(), stmmac_xdp_open(). */
	{"st_gmac", "Synopsys DesignWare", KERNEL(5, 13), 0, 1500, TRISTATE_NO, ATTACH_RINGS, 0,
	 "Attaching rebuilds all rings."},
	{"tg3", "Broadcom Tigon3", DRIVER_NEVER, 0, 0, TRISTATE_UNKNOWN, ATTACH_UNKNOWN, 0, ""},
	/* tun.c, tun_xdp_set(): stores a pointer; tun_get_user() runs it on frames of any size. */
	{"tun", "tap", KERNEL(4, 14), 0, DRIVER_NO_LIMIT, TRISTATE_NO, ATTACH_QUIET, 0, ""},
	/*
	 * veth.c, veth_xdp_set(): starts NAPI, restricts the peer's MTU and segmentation offload. The
	 * limit is for the peer's MTU.
	 */
	{"veth", "virtual Ethernet pair", KERNEL(4, 19), KERNEL(5, 18), 3506, TRISTATE_YES,
	 ATTACH_QUIET, 0,
	 "The peer's segmentation offload is off while a program is attached, so bulk TCP through "
	 "the pair costs more."},
	/* xen-netfront.c, xennet_xdp_set(): waits for the backend to reconfigure. */
	{"vif", "Xen", KERNEL(5, 9), 0, 3840, TRISTATE_NO, ATTACH_RINGS, 0,
	 "Attaching makes the backend reconfigure."},
	/*
	 * virtio_net.c, virtnet_xdp_set(): pauses NAPI, clears guest offloads, adds queues. 6.1 let
	 * MTUs up to 4064 pass, though 3506 is what fits.
	 */
	{"virtio_net", "virtio", KERNEL(4, 10), KERNEL(6, 3), 3506, TRISTATE_YES, ATTACH_QUIET, 0,
	 "The host's merging of packets (LRO, hardware GRO) and checksum offload are off while a "
	 "program is attached, so bulk TCP costs more."},
	/* vmxnet3_xdp.c, vmxnet3_xdp_set(): vmxnet3_quiesce_dev(), vmxnet3_activate_dev(). */
	{"vmxnet3", "VMware", KERNEL(6, 6), 0, 3494, TRISTATE_YES, ATTACH_RINGS, 0,
	 "Attaching stops the device, rebuilds its queues and turns LRO off."},
};

const struct driver *drivers_table(size_t *count)
{
	*count = COUNT(table);
	return table;
}

const struct driver *driver_find(const char *name)
{
	for (size_t i = 0; i < COUNT(table); i++)
		if (!strcmp(table[i].name, name))
			return &table[i];
	return NULL;
}

uint32_t driver_mtu_limit(const struct driver *driver, long page_size)
{
	return driver->mtu_by_page == TRISTATE_YES && page_size != 4096 ? 0 : driver->mtu_limit;
}
