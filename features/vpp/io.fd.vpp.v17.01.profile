name: io.fd.vpp.v17.01
source: VPP v17.01 vhost-user, with its defaults (gso, packed and event-idx off); one interface
  until v21.01. GET_QUEUE_NUM answers 16 and means rings: 8 pairs.
aliases: io.fd.vpp.v17.04 io.fd.vpp.v17.07 io.fd.vpp.v17.10 io.fd.vpp.v18.01 io.fd.vpp.v18.04
  io.fd.vpp.v18.07 io.fd.vpp.v18.10 io.fd.vpp.v19.01 io.fd.vpp.v19.04 io.fd.vpp.v19.08
  io.fd.vpp.v20.01 io.fd.vpp.v20.05 io.fd.vpp.v20.09 io.fd.vpp.v21.01
values: device=net,any_layout=on,ctrl_vq=on,guest_announce=on,indirect_desc=on,log_all=on,
  mq=on,mrg_rxbuf=on,version_1=on,max_ring=1024,max_queue_pairs=8,mtu=1500
