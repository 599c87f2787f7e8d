name: io.fd.vpp.gso.v19.08
source: VPP v19.08 vhost-user, gso on, packed and event-idx off; one interface until v21.01.
  GET_QUEUE_NUM answers 16 and means rings: 8 pairs.
aliases: io.fd.vpp.gso.v20.01 io.fd.vpp.gso.v20.05 io.fd.vpp.gso.v20.09 io.fd.vpp.gso.v21.01
values: device=net,any_layout=on,csum=on,ctrl_vq=on,guest_announce=on,guest_csum=on,
  guest_tso4=on,guest_tso6=on,guest_ufo=on,host_tso4=on,host_tso6=on,host_ufo=on,
  indirect_desc=on,log_all=on,mq=on,mrg_rxbuf=on,version_1=on,max_ring=1024,max_queue_pairs=8,
  mtu=1500
