name: io.fd.vpp.packed.v20.05
source: VPP v20.05 vhost-user, packed on, gso and event-idx off; one interface until v21.01.
  GET_QUEUE_NUM answers 16 and means rings: 8 pairs.
aliases: io.fd.vpp.packed.v20.09 io.fd.vpp.packed.v21.01
values: device=net,any_layout=on,ctrl_vq=on,guest_announce=on,indirect_desc=on,log_all=on,
  mq=on,mrg_rxbuf=on,packed=on,version_1=on,max_ring=1024,max_queue_pairs=8,mtu=1500
