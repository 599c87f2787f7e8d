package io.mooring.protocol;

/** How a request is answered when it is obeyed and when it is refused. */
enum Answer {
  /** With success or failure, where the front-end asks for it (REPLY_ACK). */
  ON_REQUEST("on request"),
  /** Success always, failure where the front-end asks; otherwise the connection ends. */
  ALWAYS("always"),
  /**
   * Always, and after a refusal the connection ends a moment later: QEMU takes its VM down when it
   * loses the connection while it turns the log on.
   */
  LAST_WORD("always, if refused before the end"),
  /** 64 bits: 0 for success. */
  RESULT("0 or error"),
  /** 64 bits: an error in bits 0 to 7, and bit 8 says that no descriptor comes along. */
  TRANSFER("0 or error, bit 8: no descriptor"),
  /** With its own answer; a refusal is an empty one. */
  EMPTY_IF_REFUSED("its own, empty if refused"),
  /** 64 bits, 0 for success, and a text: what is so now, or why it was refused. */
  RESULT_AND_TEXT("0 or error, with text"),
  /** With its own answer, which has no form for a refusal: the connection ends. */
  OWN("its own");

  private final String text;

  Answer(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
