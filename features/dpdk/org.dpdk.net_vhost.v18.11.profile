name: org.dpdk.net_vhost.v18.11
source: DPDK v18.11 drivers/net/vhost with its default arguments; one interface until v22.03.
  IOMMU is off unless iommu-support=1 (since 17.11).
aliases: org.dpdk.net_vhost.v19.02 org.dpdk.net_vhost.v19.05 org.dpdk.net_vhost.v19.08
  org.dpdk.net_vhost.v19.11 org.dpdk.net_vhost.v20.02 org.dpdk.net_vhost.v20.05
  org.dpdk.net_vhost.v20.08 org.dpdk.net_vhost.v20.11 org.dpdk.net_vhost.v20.11.1
  org.dpdk.net_vhost.v20.11.2 org.dpdk.net_vhost.v20.11.3 org.dpdk.net_vhost.v20.11.4
  org.dpdk.net_vhost.v20.11.5 org.dpdk.net_vhost.v20.11.6 org.dpdk.net_vhost.v20.11.7
  org.dpdk.net_vhost.v20.11.8 org.dpdk.net_vhost.v20.11.9 org.dpdk.net_vhost.v20.11.10
  org.dpdk.net_vhost.v21.02 org.dpdk.net_vhost.v21.05 org.dpdk.net_vhost.v21.08
  org.dpdk.net_vhost.v21.11 org.dpdk.net_vhost.v21.11.1 org.dpdk.net_vhost.v21.11.2
  org.dpdk.net_vhost.v21.11.3 org.dpdk.net_vhost.v21.11.4 org.dpdk.net_vhost.v21.11.5
  org.dpdk.net_vhost.v21.11.6 org.dpdk.net_vhost.v21.11.7 org.dpdk.net_vhost.v21.11.8
  org.dpdk.net_vhost.v21.11.9 org.dpdk.net_vhost.v22.03
values: device=net,any_layout=on,csum=on,ctrl_rx=on,ctrl_vq=on,event_idx=on,gso=on,
  guest_announce=on,guest_csum=on,guest_ecn=on,guest_tso4=on,guest_tso6=on,guest_ufo=on,
  host_ecn=on,host_mtu=on,host_tso4=on,host_tso6=on,host_ufo=on,in_order=on,indirect_desc=on,
  log_all=on,mq=on,mrg_rxbuf=on,packed=on,version_1=on,max_ring=1024,max_queue_pairs=128,
  mtu=1500
