name: org.openvswitch.v2.8
source: Open vSwitch v2.8 lib/netdev-dpdk.c over DPDK 17.05, dpdkvhostuserclient (until 2.5
  dpdkvhostuser), userspace-tso off, vhost-iommu off; one interface until v2.10.
aliases: org.openvswitch.v2.9 org.openvswitch.v2.10
values: device=net,ctrl_rx=on,ctrl_vq=on,guest_announce=on,guest_csum=on,guest_tso4=on,
  guest_tso6=on,host_mtu=on,indirect_desc=on,log_all=on,mq=on,mrg_rxbuf=on,version_1=on,
  max_ring=1024,max_queue_pairs=128,mtu=1500
