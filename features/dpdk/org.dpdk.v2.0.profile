name: org.dpdk.v2.0
source: DPDK v2.0 lib/librte_vhost, its supported features;
  one interface until v2.0.
values: device=net,ctrl_rx=on,ctrl_vq=on,mrg_rxbuf=on,max_ring=1024,max_queue_pairs=1,mtu=1500
