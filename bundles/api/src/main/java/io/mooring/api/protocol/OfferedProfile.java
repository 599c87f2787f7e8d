package io.mooring.api.protocol;

/**
 * The interface that a port offers to the front-end that is connected.
 *
 * @param name the profile's name; empty where the interface has only values
 * @param values its canonical list of values: {@code device=net,any_layout=on,…}
 */
public record OfferedProfile(String name, String values) {}
