name: io.fd.vpp.v16.06
source: VPP v16.06 vhost-user.c; one interface until v16.09. GUEST_ANNOUNCE is offered without a
  control queue.
aliases: io.fd.vpp.v16.09
values: device=net,any_layout=on,guest_announce=on,log_all=on,mrg_rxbuf=on,max_ring=1024,
  max_queue_pairs=1,mtu=1500,unmet=guest_announce
