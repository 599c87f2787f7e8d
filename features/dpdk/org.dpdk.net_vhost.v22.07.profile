name: org.dpdk.net_vhost.v22.07
source: DPDK v22.07 drivers/net/vhost with its default arguments; one interface until v26.07.
  Asked of the live programs 22.11.11 and 24.11.8. IOMMU is off unless iommu-support=1 (since
  17.11). TSO is off unless tso=1 (since 22.07), ECN is left on.
aliases: org.dpdk.net_vhost.v22.11 org.dpdk.net_vhost.v22.11.1 org.dpdk.net_vhost.v22.11.2
  org.dpdk.net_vhost.v22.11.3 org.dpdk.net_vhost.v22.11.4 org.dpdk.net_vhost.v22.11.5
  org.dpdk.net_vhost.v22.11.6 org.dpdk.net_vhost.v22.11.7 org.dpdk.net_vhost.v22.11.8
  org.dpdk.net_vhost.v22.11.9 org.dpdk.net_vhost.v22.11.10 org.dpdk.net_vhost.v22.11.11
  org.dpdk.net_vhost.v23.03 org.dpdk.net_vhost.v23.07 org.dpdk.net_vhost.v23.11
  org.dpdk.net_vhost.v23.11.1 org.dpdk.net_vhost.v23.11.2 org.dpdk.net_vhost.v23.11.3
  org.dpdk.net_vhost.v23.11.4 org.dpdk.net_vhost.v23.11.5 org.dpdk.net_vhost.v23.11.6
  org.dpdk.net_vhost.v23.11.7 org.dpdk.net_vhost.v24.03 org.dpdk.net_vhost.v24.07
  org.dpdk.net_vhost.v24.11 org.dpdk.net_vhost.v24.11.1 org.dpdk.net_vhost.v24.11.2
  org.dpdk.net_vhost.v24.11.3 org.dpdk.net_vhost.v24.11.4 org.dpdk.net_vhost.v24.11.5
  org.dpdk.net_vhost.v24.11.6 org.dpdk.net_vhost.v25.03 org.dpdk.net_vhost.v25.07
  org.dpdk.net_vhost.v25.11 org.dpdk.net_vhost.v25.11.1 org.dpdk.net_vhost.v25.11.2
  org.dpdk.net_vhost.v26.03 org.dpdk.net_vhost.v26.07
values: device=net,any_layout=on,csum=on,ctrl_rx=on,ctrl_vq=on,event_idx=on,gso=on,
  guest_announce=on,guest_csum=on,guest_ecn=on,guest_tso4=on,guest_tso6=on,guest_ufo=on,
  host_ecn=on,host_mtu=on,host_ufo=on,in_order=on,indirect_desc=on,log_all=on,mq=on,
  mrg_rxbuf=on,packed=on,version_1=on,max_ring=1024,max_queue_pairs=128,mtu=1500,unmet=host_ecn
