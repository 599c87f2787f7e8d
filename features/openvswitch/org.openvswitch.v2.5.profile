name: org.openvswitch.v2.5
source: Open vSwitch v2.5 lib/netdev-dpdk.c over DPDK 2.2, dpdkvhostuserclient (until 2.5
  dpdkvhostuser), userspace-tso off, vhost-iommu off; one interface until v2.5.
values: device=net,ctrl_rx=on,ctrl_vq=on,log_all=on,mrg_rxbuf=on,version_1=on,max_ring=1024,
  max_queue_pairs=128,mtu=1500
