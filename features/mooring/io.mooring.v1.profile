name: io.mooring.v1
source: Mooring 1.0.
values: device=net,any_layout=on,csum=on,ctrl_vq=on,event_idx=on,guest_csum=on,guest_tso4=on,
  guest_tso6=on,host_mtu=on,host_tso4=on,host_tso6=on,indirect_desc=on,mq=on,mrg_rxbuf=on,
  version_1=on,max_ring=1024,max_queue_pairs=128,mtu=9000
