name: org.openvswitch.v3.2
source: Open vSwitch v3.2 lib/netdev-dpdk.c over DPDK 22.11, dpdkvhostuserclient (until 2.5
  dpdkvhostuser), userspace-tso off, vhost-iommu off; one interface until v3.7.
aliases: org.openvswitch.v3.3 org.openvswitch.v3.4 org.openvswitch.v3.5 org.openvswitch.v3.6
  org.openvswitch.v3.7
values: device=net,any_layout=on,csum=on,ctrl_rx=on,ctrl_vq=on,event_idx=on,gso=on,
  guest_announce=on,guest_csum=on,guest_ecn=on,guest_tso4=on,guest_tso6=on,guest_ufo=on,
  host_ecn=on,host_mtu=on,in_order=on,indirect_desc=on,log_all=on,mq=on,mrg_rxbuf=on,packed=on,
  version_1=on,max_ring=1024,max_queue_pairs=128,mtu=1500,unmet=host_ecn
