package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.device.Agent;
import org.junit.jupiter.api.Test;

class AgentsTest {

  /** As a record is, equal to all that have as many frames. */
  private record Vendors(int frames) implements Agent {

    @Override
    public String group() {
      return "vendors";
    }

    @Override
    public int poll() {
      return frames;
    }

    @Override
    public boolean arm() {
      return false;
    }

    @Override
    public void disarm() {}
  }

  @Test
  void ofTwoThatSayTheyAreEqualOneLeaves() {
    var agents = new Agents();
    Agent stays = new Vendors(3);
    Agent leaves = new Vendors(3);
    agents.add(stays, new FakeOwner("a"));
    agents.add(leaves, new FakeOwner("a"));
    agents.remove(leaves);
    assertEquals(3, agents.poll());
    agents.remove(stays);
    assertEquals(0, agents.poll());
  }
}
