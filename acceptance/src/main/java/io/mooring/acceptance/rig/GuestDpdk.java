package io.mooring.acceptance.rig;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * DPDK in a guest: it takes a card from the guest's kernel, answers its pings, and gives it back.
 * One thread uses it.
 */
public final class GuestDpdk {

  private static final String TESTPMD =
      "dpdk-testpmd --lcores 0@0,1@0 --no-telemetry -m 32 --huge-dir /huge"
          + " -- --nb-cores=1 --total-num-mbufs=2048 --forward-mode=icmpecho";

  private static final Pattern COUNTER = Pattern.compile("([RT]X-[a-z]+): ([0-9]+)");

  private final Guest guest;
  private final NetworkCard card;
  private final String device;
  private final String said;

  /** The kernel's driver that hands a card to a program. */
  public enum Driver {
    /** The card uses the guest's own addresses. */
    UIO("uio_pci_generic", false, "true"),
    /** The card is behind an IOMMU, which knows what DPDK lets it have. */
    VFIO(
        "vfio-pci",
        true,
        "echo 1 >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts");

    private final String module;
    private final boolean iommu;

    /** An IOMMU that remaps interrupts, too, lets a slow kernel miss its timer and panic. */
    private final String permission;

    Driver(String module, boolean iommu, String permission) {
      this.module = module;
      this.iommu = iommu;
      this.permission = permission;
    }

    /** The card as it needs it. */
    public NetworkCard card(NetworkCard card) {
      return iommu ? card.behindIommu() : card;
    }
  }

  private GuestDpdk(Guest guest, NetworkCard card, String device, String said) {
    this.guest = guest;
    this.card = card;
    this.device = device;
    this.said = said;
  }

  /** Takes a card that has its addresses; returns once DPDK answers pings at it. */
  public static GuestDpdk take(Guest guest, NetworkCard card, Driver driver) {
    String pci = "basename $(readlink -f /sys/class/net/%s/device/..)".formatted(guest.name(card));
    String device = guest.must(pci).strip();
    // It loads no driver from below a directory that everybody may write.
    guest.must("chmod 755 /");
    guest.must("mkdir -p /huge /var/run && echo 16 >/proc/sys/vm/nr_hugepages");
    guest.must("mount -t hugetlbfs huge /huge");
    guest.must(driver.permission);
    drive(guest, device, driver.module);
    String said = guest.shell().begin(TESTPMD, "Press enter to exit");
    if (!said.contains("Port 0: " + card.mac())) {
      throw new AssertionError("DPDK in the guest has not got its card: " + said);
    }
    return new GuestDpdk(guest, card, device, said);
  }

  /** Whichever driver a device has gives it to another one. */
  private static void drive(Guest guest, String device, String driver) {
    String place = "/sys/bus/pci/devices/" + device;
    guest.must("echo %s >%s/driver_override".formatted(driver, place));
    guest.must("echo %s >%s/driver/unbind".formatted(device, place));
    guest.must("echo %s >/sys/bus/pci/drivers/%s/bind".formatted(device, driver));
  }

  /**
   * Ends DPDK; the kernel's driver has the card again, with its addresses.
   *
   * @return the frames that DPDK counted by its names for them, such as {@code RX-packets}
   */
  public Map<String, Long> giveBack() {
    Guest.Answer end = guest.shell().end();
    if (end.status() != 0) {
      throw new AssertionError("DPDK in the guest did not end in order: " + said + end);
    }
    drive(guest, device, "virtio-pci");
    guest.moor(card);
    return COUNTER
        .matcher(end.text())
        .results()
        .collect(
            Collectors.toMap(
                found -> found.group(1),
                found -> Long.valueOf(found.group(2)),
                (_, last) -> last,
                TreeMap::new));
  }
}
