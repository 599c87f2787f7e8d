name: io.mooring.v1
source: Mooring 1.0. The control queue is left to the front-end.
values: device=net,any_layout=on,csum=on,event_idx=on,gso=on,guest_announce=on,guest_csum=on,
  guest_ecn=on,guest_tso4=on,guest_tso6=on,guest_ufo=on,guest_uso4=on,guest_uso6=on,host_ecn=on,
  host_mtu=on,host_tso4=on,host_tso6=on,host_ufo=on,host_uso=on,in_order=on,indirect_desc=on,
  iommu_platform=on,log_all=on,mq=on,mrg_rxbuf=on,notification_data=on,packed=on,queue_reset=on,
  version_1=on,max_ring=32768,max_queue_pairs=128,mtu=9000,unmet=guest_announce+mq
