package io.mooring.api.os;

/** What stands behind an open descriptor. */
public enum DescriptorKind {
  EVENTFD,
  /** A regular file, a memfd or a file of hugetlbfs: what may be mapped. */
  FILE,
  SOCKET,
  PIPE,
  OTHER
}
