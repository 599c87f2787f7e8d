package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Guest;
import io.mooring.acceptance.rig.Harbour;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.NetworkCard;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.acceptance.rig.Talk;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.frontend.GoBetween;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A VM begins to leave, and what its QEMU says of the dirty log reaches the port cut, late or
 * twice. The port says what is wrong with it, QEMU connects again, and the VM goes on where it was.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class DamagedLogTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static Scratch scratch;
  private static Harbour harbour;
  private static GoBetween between;
  private static Guest network;
  private static Guest vm;
  private static Talk talk;

  @BeforeAll
  static void aVmThatTalks() throws IOException {
    scratch = Scratch.make();
    harbour = Harbour.open("vm");
    between =
        GoBetween.at(Lab.OS, Lab.TRANSPORT, scratch.file("vm"), harbour.card("vm", 9).socket());
    network = Guest.start(harbour.card(Harbour.NETWORK, 1));
    vm = Guest.start(NetworkCard.at(scratch.file("vm"), 9));
    network.awaitUp();
    vm.awaitUp();
    talk = Talk.start(vm, network);
  }

  @AfterAll
  static void end() {
    vm.close();
    network.close();
    between.close();
    harbour.close();
    scratch.close();
  }

  @Test
  void cut() {
    complains(
        message -> GoBetween.cut(message, 8),
        "SET_LOG_BASE (request 6) has a payload of 8 bytes, it takes");
  }

  @Test
  void withoutItsDescriptor() {
    complains(
        GoBetween::withoutDescriptors, "SET_LOG_BASE (request 6) has no descriptor, it needs one");
  }

  @Test
  void ofALogThatIsLongerThanItsFile() {
    complains(
        message -> {
          message.payload().putLong(message.payload().position(), 1L << 40);
          return message;
        },
        "SET_LOG_BASE of 0x10000000000 bytes at 0x0: its file has 0x");
  }

  /** All by which a log is turned on. */
  @ParameterizedTest
  @EnumSource(
      value = Request.class,
      names = {"SET_LOG_BASE", "SET_FEATURES", "SET_VRING_ADDR"})
  void late(Request request) {
    goesOn(
        request,
        message -> {
          Eventually.pause(Duration.ofSeconds(1));
          return List.of(message);
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = Request.class,
      names = {"SET_LOG_BASE", "SET_FEATURES", "SET_VRING_ADDR"})
  void twice(Request request) {
    goesOn(request, message -> List.of(message, between.again(message)));
  }

  private void goesOn(Request request, Function<Message, List<Message>> damage) {
    int before = harbour.mooring().log().size();
    leaves(request, damage, () -> {});
    assertEquals(List.of(), harbour.mooring().complaints(before));
  }

  private void complains(UnaryOperator<Message> damage, String complaint) {
    int before = harbour.mooring().log().size();
    leaves(
        Request.SET_LOG_BASE,
        message -> List.of(damage.apply(message)),
        () ->
            Eventually.holds(
                "the port says " + complaint,
                LIMIT,
                () ->
                    harbour.mooring().complaints(before).stream()
                        .anyMatch(line -> line.contains(complaint)),
                () -> harbour.mooring().complaints(before)));
  }

  /** The first message of a kind is damaged, those after it are not. */
  private void leaves(Request request, Function<Message, List<Message>> damage, Runnable then) {
    CountDownLatch damaged = new CountDownLatch(1);
    between.rule(message -> {
      if (message.request() != request.number() || damaged.getCount() == 0) {
        return List.of(message);
      }
      damaged.countDown();
      return damage.apply(message);
    });
    vm.beginToLeave();
    try {
      assertEquals(true, damaged.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "a log is set");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    then.run();
    talk.awaitFiles(vm, 1);
    vm.stay();
    talk.awaitFiles(vm, 2);
  }
}
