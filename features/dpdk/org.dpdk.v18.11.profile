name: org.dpdk.v18.11
source: DPDK v18.11 lib/librte_vhost, its supported features;
  one interface until v26.07.
aliases: org.dpdk.v19.02 org.dpdk.v19.05 org.dpdk.v19.08 org.dpdk.v19.11 org.dpdk.v20.02
  org.dpdk.v20.05 org.dpdk.v20.08 org.dpdk.v20.11 org.dpdk.v20.11.1 org.dpdk.v20.11.2
  org.dpdk.v20.11.3 org.dpdk.v20.11.4 org.dpdk.v20.11.5 org.dpdk.v20.11.6 org.dpdk.v20.11.7
  org.dpdk.v20.11.8 org.dpdk.v20.11.9 org.dpdk.v20.11.10 org.dpdk.v21.02 org.dpdk.v21.05
  org.dpdk.v21.08 org.dpdk.v21.11 org.dpdk.v21.11.1 org.dpdk.v21.11.2 org.dpdk.v21.11.3
  org.dpdk.v21.11.4 org.dpdk.v21.11.5 org.dpdk.v21.11.6 org.dpdk.v21.11.7 org.dpdk.v21.11.8
  org.dpdk.v21.11.9 org.dpdk.v22.03 org.dpdk.v22.07 org.dpdk.v22.11 org.dpdk.v22.11.1
  org.dpdk.v22.11.2 org.dpdk.v22.11.3 org.dpdk.v22.11.4 org.dpdk.v22.11.5 org.dpdk.v22.11.6
  org.dpdk.v22.11.7 org.dpdk.v22.11.8 org.dpdk.v22.11.9 org.dpdk.v22.11.10 org.dpdk.v22.11.11
  org.dpdk.v23.03 org.dpdk.v23.07 org.dpdk.v23.11 org.dpdk.v23.11.1 org.dpdk.v23.11.2
  org.dpdk.v23.11.3 org.dpdk.v23.11.4 org.dpdk.v23.11.5 org.dpdk.v23.11.6 org.dpdk.v23.11.7
  org.dpdk.v24.03 org.dpdk.v24.07 org.dpdk.v24.11 org.dpdk.v24.11.1 org.dpdk.v24.11.2
  org.dpdk.v24.11.3 org.dpdk.v24.11.4 org.dpdk.v24.11.5 org.dpdk.v24.11.6 org.dpdk.v25.03
  org.dpdk.v25.07 org.dpdk.v25.11 org.dpdk.v25.11.1 org.dpdk.v25.11.2 org.dpdk.v26.03
  org.dpdk.v26.07
values: device=net,any_layout=on,csum=on,ctrl_rx=on,ctrl_vq=on,event_idx=on,gso=on,
  guest_announce=on,guest_csum=on,guest_ecn=on,guest_tso4=on,guest_tso6=on,guest_ufo=on,
  host_ecn=on,host_mtu=on,host_tso4=on,host_tso6=on,host_ufo=on,in_order=on,indirect_desc=on,
  iommu_platform=on,log_all=on,mq=on,mrg_rxbuf=on,packed=on,version_1=on,max_ring=1024,
  max_queue_pairs=128,mtu=1500
