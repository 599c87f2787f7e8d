/** The Gogo commands of the scope {@code vhost}, and the control socket that runs them. */
package io.mooring.shell;
