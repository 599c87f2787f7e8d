name: org.openvswitch.tso.v2.14
source: Open vSwitch v2.14 lib/netdev-dpdk.c over DPDK 19.11, dpdkvhostuserclient with
  userspace-tso on, vhost-iommu off; one interface until v3.7.
aliases: org.openvswitch.tso.v2.15 org.openvswitch.tso.v2.16 org.openvswitch.tso.v2.17
  org.openvswitch.tso.v3.0 org.openvswitch.tso.v3.1 org.openvswitch.tso.v3.2
  org.openvswitch.tso.v3.3 org.openvswitch.tso.v3.4 org.openvswitch.tso.v3.5
  org.openvswitch.tso.v3.6 org.openvswitch.tso.v3.7
values: device=net,any_layout=on,csum=on,ctrl_rx=on,ctrl_vq=on,event_idx=on,gso=on,
  guest_announce=on,guest_csum=on,guest_ecn=on,guest_tso4=on,guest_tso6=on,guest_ufo=on,
  host_mtu=on,host_tso4=on,host_tso6=on,in_order=on,indirect_desc=on,log_all=on,mq=on,
  mrg_rxbuf=on,packed=on,version_1=on,max_ring=1024,max_queue_pairs=128,mtu=1500
