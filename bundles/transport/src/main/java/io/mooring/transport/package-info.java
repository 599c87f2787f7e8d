/** Unix sockets that carry vhost-user messages and descriptors. */
package io.mooring.transport;
