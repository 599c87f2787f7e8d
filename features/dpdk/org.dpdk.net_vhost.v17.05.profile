name: org.dpdk.net_vhost.v17.05
source: DPDK v17.05 drivers/net/vhost with its default arguments; one interface until v17.11.
aliases: org.dpdk.net_vhost.v17.08 org.dpdk.net_vhost.v17.11
values: device=net,csum=on,ctrl_rx=on,ctrl_vq=on,guest_announce=on,guest_csum=on,guest_tso4=on,
  guest_tso6=on,host_mtu=on,host_tso4=on,host_tso6=on,indirect_desc=on,log_all=on,mq=on,
  mrg_rxbuf=on,version_1=on,max_ring=1024,max_queue_pairs=128,mtu=1500
