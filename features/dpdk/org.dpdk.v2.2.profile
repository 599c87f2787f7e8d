name: org.dpdk.v2.2
source: DPDK v2.2 lib/librte_vhost, its supported features;
  one interface until v2.2. GET_QUEUE_NUM answers 32768, more than a front-end can make; later
  releases say 128.
values: device=net,ctrl_rx=on,ctrl_vq=on,log_all=on,mrg_rxbuf=on,version_1=on,max_ring=1024,
  max_queue_pairs=128,mtu=1500
