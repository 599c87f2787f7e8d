package io.mooring.acceptance;

import io.mooring.acceptance.rig.BadPort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * Front-ends that break the rules at one port of a running Mooring, which serves all tests of a
 * class: after each, those beside it have noticed nothing, the port serves the next front-end, and
 * nothing of the last stays.
 */
abstract class BadPortTest {

  static BadPort bad;

  @BeforeAll
  static void start() {
    bad = BadPort.start();
  }

  @AfterAll
  static void stop() {
    bad.close();
  }

  @BeforeEach
  void look() {
    bad.look();
  }

  @AfterEach
  void nobodyElseNoticed() {
    bad.assertNobodyNoticed();
  }
}
