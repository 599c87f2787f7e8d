name: org.openvswitch.v2.6
source: Open vSwitch v2.6 lib/netdev-dpdk.c over DPDK 16.07, dpdkvhostuserclient (until 2.5
  dpdkvhostuser), userspace-tso off, vhost-iommu off; one interface until v2.7.
aliases: org.openvswitch.v2.7
values: device=net,ctrl_rx=on,ctrl_vq=on,guest_announce=on,guest_csum=on,guest_tso4=on,
  guest_tso6=on,log_all=on,mrg_rxbuf=on,version_1=on,max_ring=1024,max_queue_pairs=128,mtu=1500
