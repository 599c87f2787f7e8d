name: org.dpdk.v16.04
source: DPDK v16.04 lib/librte_vhost, its supported features;
  one interface until v16.07. GET_QUEUE_NUM answers 32768, more than a front-end can make; later
  releases say 128.
aliases: org.dpdk.v16.07
values: device=net,csum=on,ctrl_rx=on,ctrl_vq=on,guest_announce=on,guest_csum=on,guest_tso4=on,
  guest_tso6=on,host_tso4=on,host_tso6=on,log_all=on,mrg_rxbuf=on,version_1=on,max_ring=1024,
  max_queue_pairs=128,mtu=1500
