name: io.mooring.plain.v1
source: Mooring 1.0 without offloads: what any back-end with mergeable buffers can serve, and what
  is left when offloads are switched off.
values: device=net,any_layout=on,event_idx=on,indirect_desc=on,log_all=on,mrg_rxbuf=on,version_1=on,
  max_ring=1024,max_queue_pairs=1,mtu=1500
