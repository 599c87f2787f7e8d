package io.mooring.port;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** A port's configuration; {@link PortSettings} reads it. */
@ObjectClassDefinition(name = "Mooring port")
public @interface PortOptions {
  @AttributeDefinition(
      description = "path of the socket, at most 107 bytes; with %p in it, one socket a profile")
  String socket();

  @AttributeDefinition(
      description = "listen at the socket or connect to it",
      options = {@Option("server"), @Option("client")})
  String mode() default "server";

  @AttributeDefinition(description = "device type")
  String device() default "net";

  @AttributeDefinition(description = "profile to pin; the latest when empty")
  String profile() default "";

  @AttributeDefinition(name = "switch", description = "the switch that a net device joins")
  String switch_() default "default";

  @AttributeDefinition(description = "largest MTU in bytes; 0 for the profile's")
  int mtu() default 0;

  @AttributeDefinition(description = "most queue pairs; 0 for the profile's")
  int queues() default 0;

  @AttributeDefinition(
      description = "whether a front-end may bring its VM by post-copy: it can then delay a worker")
  boolean postcopy() default false;

  @AttributeDefinition(description = "what a net device says of its speed, in Mbit/s; 0 unknown")
  int speed() default 0;
}
