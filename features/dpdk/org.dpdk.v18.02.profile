name: org.dpdk.v18.02
source: DPDK v18.02 lib/librte_vhost, its supported features;
  one interface until v18.05.
aliases: org.dpdk.v18.05
values: device=net,any_layout=on,csum=on,ctrl_rx=on,ctrl_vq=on,event_idx=on,gso=on,
  guest_announce=on,guest_csum=on,guest_ecn=on,guest_tso4=on,guest_tso6=on,guest_ufo=on,
  host_ecn=on,host_mtu=on,host_tso4=on,host_tso6=on,host_ufo=on,indirect_desc=on,
  iommu_platform=on,log_all=on,mq=on,mrg_rxbuf=on,version_1=on,max_ring=1024,
  max_queue_pairs=128,mtu=1500
