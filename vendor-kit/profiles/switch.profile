# An example: replace it with your own. The file names itself inside; its own name only ends in .profile.
name: com.example.switch.v1
source: Example Switch 1.0, an example
values: device=net,any_layout=on,csum=on,event_idx=on,guest_csum=on,indirect_desc=on,
  mrg_rxbuf=on,version_1=on,max_ring=1024,max_queue_pairs=8,mtu=1500
