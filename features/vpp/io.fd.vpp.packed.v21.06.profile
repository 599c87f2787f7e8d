name: io.fd.vpp.packed.v21.06
source: VPP v21.06 vhost-user, packed on, gso and event-idx off; features as before, 128 queue
  pairs; one interface until v26.06.
aliases: io.fd.vpp.packed.v21.10 io.fd.vpp.packed.v22.02 io.fd.vpp.packed.v22.06
  io.fd.vpp.packed.v22.10 io.fd.vpp.packed.v23.02 io.fd.vpp.packed.v23.06
  io.fd.vpp.packed.v23.10 io.fd.vpp.packed.v24.02 io.fd.vpp.packed.v24.06
  io.fd.vpp.packed.v24.10 io.fd.vpp.packed.v25.02 io.fd.vpp.packed.v25.06
  io.fd.vpp.packed.v25.10 io.fd.vpp.packed.v26.02 io.fd.vpp.packed.v26.06
values: device=net,any_layout=on,ctrl_vq=on,guest_announce=on,indirect_desc=on,log_all=on,
  mq=on,mrg_rxbuf=on,packed=on,version_1=on,max_ring=1024,max_queue_pairs=128,mtu=1500
