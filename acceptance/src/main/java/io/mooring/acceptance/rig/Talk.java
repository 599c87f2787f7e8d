package io.mooring.acceptance.rig;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a VM does while it moves: it pings a peer ten times a second, and fetches a file from it for
 * ever, so that all the time bytes are written through the device into its memory.
 */
public final class Talk {

  private static final int MEBIBYTES = 1;
  private static final Pattern SUMMARY =
      Pattern.compile("([0-9]+) packets transmitted, ([0-9]+) packets received");

  private final String sum;

  private Talk(String sum) {
    this.sum = sum;
  }

  /** How it went: of the files' checksums all are right. */
  public record Outcome(int files, int pings, int lostPings) {}

  /** Begins, and returns when the first file has arrived. */
  public static Talk start(Guest vm, Guest peer) {
    Talk talk = new Talk(peer.serve(MEBIBYTES));
    vm.must(
        ("sh -c 'while timeout 20 wget -q -O /tmp/f http://%s/f; do sha256sum < /tmp/f;"
                + " sleep 0.2; done' > /tmp/sums 2>&1 &")
            .formatted(peer.address()));
    vm.must("ping -i 0.1 %s > /tmp/pings 2>&1 &".formatted(peer.address()));
    talk.awaitFiles(vm, 1);
    return talk;
  }

  /** Waits until some more files have arrived. */
  public void awaitFiles(Guest vm, int more) {
    vm.must(
        ("n=$(wc -l < /tmp/sums); for i in $(seq 90); do"
                + " [ $(wc -l < /tmp/sums) -ge $((n + %d)) ] && exit; sleep 0.5; done;"
                + " cat /tmp/sums; echo pings lost after and before:;"
                + " sed -n 's/.*seq=\\([0-9]*\\).*/\\1/p' /tmp/pings"
                + " | awk 'NR > 1 && $1 != last + 1 { print last, $1 } { last = $1 }';"
                + " tail -n 3 /tmp/pings; exit 1")
            .formatted(more));
  }

  /** Ends, and holds every file that arrived against what was sent. */
  public Outcome end(Guest vm) {
    // What has ended by itself cannot be killed, which is as well.
    vm.run("killall -INT ping; sleep 0.5; killall sh");
    String sums = vm.must("sort -u /tmp/sums");
    if (!sums.equals(sum)) {
      throw new AssertionError("sent was %s, and arrived has%n%s".formatted(sum, sums));
    }
    String pings = vm.must("tail -n 3 /tmp/pings");
    Matcher summary = SUMMARY.matcher(pings);
    if (!summary.find()) {
      throw new AssertionError("ping ended without a summary: " + pings);
    }
    int sent = Integer.parseInt(summary.group(1));
    return new Outcome(
        Integer.parseInt(vm.must("wc -l < /tmp/sums").strip()),
        sent,
        sent - Integer.parseInt(summary.group(2)));
  }
}
