package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

/** What the back-ends and the load say, as they say it. */
class TestpmdOutputTest {

  private static final String PORTS =
      """
      testpmd> show port stats all

        ######################## NIC statistics for port 0  ########################
        RX-packets: 6546656    RX-missed: 0          RX-bytes:  418985984
        RX-errors: 0
        RX-nombuf:  0         \s
        TX-packets: 6548064    TX-errors: 0          TX-bytes:  419076096

        Throughput (since last show)
        Rx-pps:      1026232          Rx-bps:    525431056
        Tx-pps:      1026334          Tx-bps:    525483120
        ############################################################################

        ######################## NIC statistics for port 1  ########################
        RX-packets: 6547040    RX-missed: 0          RX-bytes:  419010560
        RX-errors: 0
        RX-nombuf:  0         \s
        TX-packets: 6547680    TX-errors: 0          TX-bytes:  419051520

        Throughput (since last show)
        Rx-pps:      1026334          Rx-bps:    525483072
        Tx-pps:      1026232          Tx-bps:    525431016
        ############################################################################
      """;

  @Test
  void theLoadTellsTheTrafficOfBothPorts() {
    var matcher = Traffic.PATTERN.matcher(PORTS);

    assertTrue(matcher.find());
    assertEquals(
        new Traffic(6546656, 6547040, 418985984 + 419010560, 1026232 + 1026334),
        Traffic.of(matcher.toMatchResult()));
  }

  @Test
  void anAnswerIsCompleteWithItsLastLineOnly() {
    for (int length = 0; length < PORTS.length(); length++) {
      boolean found = Traffic.PATTERN.matcher(PORTS.substring(0, length)).find();
      assertFalse(found, "found in the first %d characters".formatted(length));
    }
  }

  @Test
  void dpdkTellsItsCycles() {
    // The words of DPDK 22.11, and those of 23.03 and later.
    for (String words : new String[] {"total cycles", "busy cycles"}) {
      var matcher =
          DpdkBackEnd.CYCLES.matcher(
              "  CPU cycles/packet=550.43 (%s=8195966560 / total io packets=14890240) at 2100 MHz Clock"
                  .formatted(words));

      assertTrue(matcher.find(), words);
      assertEquals(
          new BackEnd.Work(8195966560L * 1000 / 2100, 14890240),
          DpdkBackEnd.work(matcher.toMatchResult()));
    }
  }

  @Test
  void mooringTellsItsWorkersTimeAndBothPortsFrames() {
    var ports =
        JsonParser.parseString(
            """
            [{"name": "a", "workerBusyNanos": 5000, "counters": {"from_guest_frames": 30}},
             {"name": "b", "workerBusyNanos": 5000, "counters": {"from_guest_frames": 20}}]
            """);

    assertEquals(new BackEnd.Work(5000, 50), MooringBackEnd.work(ports.getAsJsonArray()));
  }
}
