name: org.openvswitch.v2.13
source: Open vSwitch v2.13 lib/netdev-dpdk.c over DPDK 19.11, dpdkvhostuserclient (until 2.5
  dpdkvhostuser), userspace-tso off, vhost-iommu off; one interface until v3.1. Asked of the
  live program 3.1.
aliases: org.openvswitch.v2.14 org.openvswitch.v2.15 org.openvswitch.v2.16 org.openvswitch.v2.17
  org.openvswitch.v3.0 org.openvswitch.v3.1
values: device=net,any_layout=on,ctrl_rx=on,ctrl_vq=on,event_idx=on,gso=on,guest_announce=on,
  guest_csum=on,guest_ecn=on,guest_tso4=on,guest_tso6=on,guest_ufo=on,host_ecn=on,host_mtu=on,
  in_order=on,indirect_desc=on,log_all=on,mq=on,mrg_rxbuf=on,packed=on,version_1=on,
  max_ring=1024,max_queue_pairs=128,mtu=1500,unmet=host_ecn
