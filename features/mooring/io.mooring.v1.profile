name: io.mooring.v1
source: Mooring 1.0. The control queue is answered where a front-end leaves it to the back-end.
  Without queue_reset, because QEMU resets a queue without a word to its back-end.
values: device=net,any_layout=on,csum=on,ctrl_guest_offloads=on,ctrl_mac_addr=on,ctrl_rx=on,
  ctrl_rx_extra=on,ctrl_vlan=on,ctrl_vq=on,event_idx=on,gso=on,guest_announce=on,guest_csum=on,
  guest_ecn=on,guest_tso4=on,guest_tso6=on,guest_ufo=on,guest_uso4=on,guest_uso6=on,hash=on,
  host_ecn=on,host_mtu=on,host_tso4=on,host_tso6=on,host_ufo=on,host_uso=on,in_order=on,
  indirect_desc=on,iommu_platform=on,log_all=on,mq=on,mrg_rxbuf=on,notification_data=on,packed=on,
  rss=on,speed_duplex=on,status=on,version_1=on,max_ring=32768,max_queue_pairs=128,mtu=9000
