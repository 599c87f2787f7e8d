/**
 * What acceptance tests are made of: the built distribution as a process, and the peers it meets.
 * Every class starts one thing, waits until it is up, and takes it away when it is closed.
 */
package io.mooring.acceptance.rig;
