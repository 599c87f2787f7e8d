name: org.openvswitch.v2.4
source: Open vSwitch v2.4 lib/netdev-dpdk.c over DPDK 2.0, dpdkvhostuserclient (until 2.5
  dpdkvhostuser), userspace-tso off, vhost-iommu off; one interface until v2.4.
values: device=net,ctrl_rx=on,ctrl_vq=on,mrg_rxbuf=on,max_ring=1024,max_queue_pairs=1,mtu=1500
