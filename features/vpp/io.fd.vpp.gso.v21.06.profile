name: io.fd.vpp.gso.v21.06
source: VPP v21.06 vhost-user, gso on, packed and event-idx off; features as before, 128 queue
  pairs; one interface until v26.06.
aliases: io.fd.vpp.gso.v21.10 io.fd.vpp.gso.v22.02 io.fd.vpp.gso.v22.06 io.fd.vpp.gso.v22.10
  io.fd.vpp.gso.v23.02 io.fd.vpp.gso.v23.06 io.fd.vpp.gso.v23.10 io.fd.vpp.gso.v24.02
  io.fd.vpp.gso.v24.06 io.fd.vpp.gso.v24.10 io.fd.vpp.gso.v25.02 io.fd.vpp.gso.v25.06
  io.fd.vpp.gso.v25.10 io.fd.vpp.gso.v26.02 io.fd.vpp.gso.v26.06
values: device=net,any_layout=on,csum=on,ctrl_vq=on,guest_announce=on,guest_csum=on,
  guest_tso4=on,guest_tso6=on,guest_ufo=on,host_tso4=on,host_tso6=on,host_ufo=on,
  indirect_desc=on,log_all=on,mq=on,mrg_rxbuf=on,version_1=on,max_ring=1024,
  max_queue_pairs=128,mtu=1500
