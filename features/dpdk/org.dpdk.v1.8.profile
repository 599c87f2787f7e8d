name: org.dpdk.v1.8
source: DPDK v1.8 lib/librte_vhost, its supported features;
  one interface until v1.8.
values: device=net,ctrl_rx=on,mrg_rxbuf=on,max_ring=1024,max_queue_pairs=1,mtu=1500,
  unmet=ctrl_rx
