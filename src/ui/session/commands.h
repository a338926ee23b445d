/* Every command once: its function, its name in keymaps, its group in help, where it may be bound, and what
 * it does. Help, `lacuna keys` and the manual are printed from this. */
#ifndef LACUNA_UI_COMMANDS_H
#define LACUNA_UI_COMMANDS_H

#include "ui/keymap/keymap.h"
#include "ui/terminal/looks.h"
#include "ui/vi/vi_commands.h"

extern const struct ui_command ui_commands[]; /* ends with a NULL name */

#define UI_TEXT     (UI_EDIT | UI_NORMAL | UI_VISUAL)
#define UI_ANYWHERE (UI_EDIT | UI_BLANK | UI_NORMAL | UI_VISUAL)

#define UI_COMMANDS(X)                                                                                       \
    X(left, "left", "Moving", UI_EDIT, "one character back")                                                 \
    X(right, "right", "Moving", UI_EDIT, "one character on")                                                 \
    X(up, "up", "Moving", UI_EDIT, "one row up")                                                             \
    X(down, "down", "Moving", UI_EDIT, "one row down")                                                       \
    X(line_start, "line-start", "Moving", UI_EDIT, "to the start of the row, then of the line")              \
    X(line_end, "line-end", "Moving", UI_EDIT, "to the end of the row, then of the line")                    \
    X(page_up, "page-up", "Moving", UI_EDIT, "one page up")                                                  \
    X(page_down, "page-down", "Moving", UI_EDIT, "one page down")                                            \
    X(previous_word, "previous-word", "Moving", UI_EDIT, "to the start of a word, backwards")                \
    X(next_word, "next-word", "Moving", UI_EDIT, "to the start of the next word")                            \
    X(word_end, "word-end", "Moving", UI_EDIT, "to the end of the word")                                     \
    X(previous_sentence, "previous-sentence", "Moving", UI_EDIT, "to the start of a sentence, backwards")    \
    X(next_sentence, "next-sentence", "Moving", UI_EDIT, "to the start of the next sentence")                \
    X(previous_paragraph, "previous-paragraph", "Moving", UI_EDIT, "to the start of a paragraph, backwards") \
    X(next_paragraph, "next-paragraph", "Moving", UI_EDIT, "to the start of the next paragraph")             \
    X(text_start, "text-start", "Moving", UI_EDIT, "to the start of the text")                               \
    X(text_end, "text-end", "Moving", UI_EDIT, "to the end of the text")                                     \
    X(go_to_line, "go-to-line", "Moving", UI_EDIT, "to a line by its number")                                \
    X(scroll_up, "scroll-up", "Moving", UI_TEXT, "show what is above; the cursor stays")                     \
    X(scroll_down, "scroll-down", "Moving", UI_TEXT, "show what is below; the cursor stays")                 \
    X(center, "center", "Moving", UI_TEXT, "bring the cursor to the middle of the screen")                   \
    X(select_left, "select-left", "Selecting", UI_EDIT, "select one character back")                         \
    X(select_right, "select-right", "Selecting", UI_EDIT, "select one character on")                         \
    X(select_up, "select-up", "Selecting", UI_EDIT, "select one row up")                                     \
    X(select_down, "select-down", "Selecting", UI_EDIT, "select one row down")                               \
    X(select_line_start, "select-line-start", "Selecting", UI_EDIT, "select to the start of the row")        \
    X(select_line_end, "select-line-end", "Selecting", UI_EDIT, "select to the end of the row")              \
    X(select_page_up, "select-page-up", "Selecting", UI_EDIT, "select one page up")                          \
    X(select_page_down, "select-page-down", "Selecting", UI_EDIT, "select one page down")                    \
    X(select_previous_word, "select-previous-word", "Selecting", UI_EDIT, "select a word backwards")         \
    X(select_next_word, "select-next-word", "Selecting", UI_EDIT, "select a word on")                        \
    X(select_text_start, "select-text-start", "Selecting", UI_EDIT, "select to the start of the text")       \
    X(select_text_end, "select-text-end", "Selecting", UI_EDIT, "select to the end of the text")             \
    X(select_all, "select-all", "Selecting", UI_EDIT, "select the whole text")                               \
    X(select_mark, "select-mark", "Selecting", UI_EDIT, "begin to select: moving extends it, Esc ends it")   \
    X(new_line, "new-line", "Writing", UI_EDIT, "begin a new line")                                          \
    X(tab, "tab", "Writing", UI_EDIT, "put in a tab")                                                        \
    X(delete_backward, "delete-backward", "Writing", UI_EDIT, "delete the character before the cursor")      \
    X(delete_forward, "delete-forward", "Writing", UI_EDIT, "delete the character at the cursor")            \
    X(delete_word_backward, "delete-word-backward", "Writing", UI_EDIT, "delete the word before the cursor") \
    X(delete_word_end, "delete-word-end", "Writing", UI_EDIT, "delete to the end of the word")               \
    X(delete_word_forward, "delete-word-forward", "Writing", UI_EDIT,                                        \
      "delete to the start of the next word")                                                                \
    X(delete_to_line_end, "delete-to-line-end", "Writing", UI_EDIT, "delete to the end of the line")         \
    X(cut_to_line_end, "cut-to-line-end", "Writing", UI_EDIT, "take the rest of the line away, to paste it") \
    X(cut, "cut", "Writing", UI_EDIT, "take the selection (else the line) away, to paste it")                \
    X(copy, "copy", "Writing", UI_EDIT, "copy the selection (else the line)")                                \
    X(copy_end, "copy-end", "Writing", UI_EDIT, "the same, and nothing is selected any more")                \
    X(paste, "paste", "Writing", UI_EDIT, "put in what was cut or copied")                                   \
    X(undo, "undo", "Writing", UI_EDIT, "undo the last change; an accepted fill is one")                     \
    X(redo, "redo", "Writing", UI_EDIT, "do again what was undone")                                          \
    X(reflow, "reflow", "Writing", UI_EDIT,                                                                  \
      "fill the lines of the paragraph (the selection) to reflow-width")                                     \
    X(unwrap, "unwrap", "Writing", UI_EDIT, "make the paragraph (each one selected) a single line")          \
    X(spell, "spell", "Spelling", UI_EDIT, "to the next misspelt word, and what it could be")                \
    X(spell_add, "spell-add", "Spelling", UI_EDIT, "add the word at the cursor to the dictionary")           \
    X(spell_ignore, "spell-ignore", "Spelling", UI_EDIT, "take the word at the cursor for right, this time") \
    X(macro_record, "macro-record", "Macros", UI_EDIT, "record keys; again: end it")                         \
    X(macro_play, "macro-play", "Macros", UI_EDIT, "play the recorded keys")                                 \
    X(macro_play_times, "macro-play-times", "Macros", UI_EDIT, "play the recorded keys so many times")       \
    X(find, "find", "Finding", UI_EDIT, "find text while it is being typed")                                 \
    X(find_next, "find-next", "Finding", UI_EDIT, "to the next match")                                       \
    X(find_previous, "find-previous", "Finding", UI_EDIT, "to the match before")                             \
    X(replace, "replace", "Finding", UI_EDIT, "replace text, in the selection if there is one")              \
    X(search_case, "search-case", "Finding", UI_EDIT | UI_PROMPT,                                            \
      "let capitals count, or not, or when the pattern has one")                                             \
    X(search_words, "search-words", "Finding", UI_EDIT | UI_PROMPT, "find whole words, or any")              \
    X(search_regex, "search-regex", "Finding", UI_EDIT | UI_PROMPT,                                          \
      "patterns are regular expressions, or plain text")                                                     \
    X(unlight, "unlight", "Finding", UI_EDIT, "show matches like other text again")                          \
    X(blank, "blank", "Blanks", UI_EDIT, "make the selection a blank, else put one in")                      \
    X(blank_remove, "blank-remove", "Blanks", UI_EDIT, "make the blank at the cursor plain text again")      \
    X(blank_length, "blank-length", "Blanks", UI_EDIT | UI_BLANK, "say how many tokens go into the blank")   \
    X(next_blank, "next-blank", "Blanks", UI_EDIT | UI_BLANK, "to the next blank")                           \
    X(previous_blank, "previous-blank", "Blanks", UI_EDIT | UI_BLANK, "to the blank before")                 \
    X(fill, "fill", "Blanks", UI_EDIT | UI_BLANK, "fill the selection, or the blank at the cursor")          \
    X(fill_all, "fill-all", "Blanks", UI_EDIT | UI_BLANK, "fill every blank that has no proposal")           \
    X(cancel, "cancel", "Blanks", UI_EDIT | UI_BLANK, "stop filling; else drop selection and matches")       \
    X(accept, "accept", "Proposals", UI_EDIT | UI_BLANK, "take the proposed words into the text")            \
    X(accept_all, "accept-all", "Proposals", UI_EDIT | UI_BLANK,                                             \
      "take every finished proposal into the text")                                                          \
    X(discard, "discard", "Proposals", UI_EDIT | UI_BLANK,                                                   \
      "stop filling; else drop the proposal: the blank stays")                                               \
    X(again, "again", "Proposals", UI_EDIT | UI_BLANK, "draw another proposal with another seed")            \
    X(next_candidate, "next-candidate", "Proposals", UI_EDIT | UI_BLANK,                                     \
      "the next proposal, a new one after the last")                                                         \
    X(previous_candidate, "previous-candidate", "Proposals", UI_EDIT | UI_BLANK, "the proposal before")      \
    X(timeline, "timeline", "Timeline", UI_EDIT | UI_BLANK | UI_TIMELINE,                                    \
      "the steps that the proposal at the cursor came from; holds a fill that runs")                         \
    X(timeline_close, "timeline-close", "Timeline", UI_TIMELINE,                                             \
      "leave the steps; a fill that was held goes on")                                                       \
    X(timeline_back, "timeline-back", "Timeline", UI_TIMELINE, "one step back")                              \
    X(timeline_on, "timeline-on", "Timeline", UI_TIMELINE, "one step on; a fill that is held does its next") \
    X(timeline_next_draw, "timeline-next-draw", "Timeline", UI_TIMELINE,                                     \
      "on to the next step that draws a word")                                                               \
    X(timeline_previous_draw, "timeline-previous-draw", "Timeline", UI_TIMELINE,                             \
      "back to before the last step that drew a word")                                                       \
    X(timeline_first, "timeline-first", "Timeline", UI_TIMELINE,                                             \
      "to the first step, where nothing is drawn")                                                           \
    X(timeline_last, "timeline-last", "Timeline", UI_TIMELINE, "to the last step")                           \
    X(timeline_play, "timeline-play", "Timeline", UI_TIMELINE, "let the steps run, or hold them")            \
    X(timeline_next_word, "timeline-next-word", "Timeline", UI_TIMELINE, "to the next word of the blank")    \
    X(timeline_previous_word, "timeline-previous-word", "Timeline", UI_TIMELINE, "to the word before")       \
    X(timeline_pin, "timeline-pin", "Timeline", UI_TIMELINE, "keep the word at every step; again: not")      \
    X(timeline_open, "timeline-open", "Timeline", UI_TIMELINE,                                               \
      "open the word, to be drawn anew; again: not")                                                         \
    X(timeline_write, "timeline-write", "Timeline", UI_TIMELINE, "write another word there")                 \
    X(timeline_fill, "timeline-fill", "Timeline", UI_TIMELINE,                                               \
      "draw what is open and keep what is shown; accept it when nothing is open")                            \
    X(save, "save", "Files", UI_EDIT | UI_BLANK, "save the text")                                            \
    X(save_as, "save-as", "Files", UI_EDIT | UI_BLANK, "save the text under another name")                   \
    X(open, "open", "Files", UI_EDIT, "open another file beside this one")                                   \
    X(reload, "reload", "Files", UI_EDIT | UI_BLANK,                                                         \
      "take the file as it is on the disk; undo brings this back")                                           \
    X(compare, "compare", "Files", UI_EDIT | UI_BLANK,                                                       \
      "what differs between this text and the file on the disk")                                             \
    X(toggle_read_only, "toggle-read-only", "Files", UI_EDIT | UI_BLANK, "let this text be changed, or not") \
    X(change_encoding, "change-encoding", "Files", UI_EDIT | UI_BLANK,                                       \
      "say how the file's bytes are to be written")                                                          \
    X(read_as, "read-as", "Files", UI_EDIT | UI_BLANK,                                                       \
      "say in what encoding the file is, and read it again")                                                 \
    X(save_all, "save-all", "Files", UI_EDIT | UI_BLANK, "save every open file that has changed")            \
    X(files, "files", "Files", UI_EDIT | UI_BLANK, "a list of the open files, to go to one")                 \
    X(last_file, "last-file", "Files", UI_ANYWHERE, "to the file that was shown before")                     \
    X(next_file, "next-file", "Files", UI_EDIT | UI_BLANK, "to the next open file")                          \
    X(previous_file, "previous-file", "Files", UI_EDIT | UI_BLANK, "to the open file before")                \
    X(close, "close", "Files", UI_EDIT | UI_BLANK, "close this file; the last one leaves an empty page")     \
    X(close_or_quit, "close-or-quit", "Files", UI_EDIT | UI_BLANK,                                           \
      "close this file; with the last one, leave")                                                           \
    X(suspend, "suspend", "Files", UI_EDIT | UI_BLANK, "back to the shell for a while")                      \
    X(quit, "quit", "Files", UI_EDIT | UI_BLANK, "leave; asks when something is not saved or accepted")      \
    X(palette, "palette", "Screen", UI_ANYWHERE, "find a command or a setting")                              \
    X(command_line, "command-line", "Screen", UI_ANYWHERE, "type a command; Tab completes it")               \
    X(help, "help", "Screen", UI_EDIT | UI_BLANK, "these keys")                                              \
    X(toggle_hints, "toggle-hints", "Screen", UI_EDIT | UI_BLANK, "show the keys below, or do not")          \
    X(redraw, "redraw", "Screen", UI_ANYWHERE, "paint the screen anew")                                      \
    X(prompt_accept, "prompt-accept", "Questions", UI_PROMPT, "answer with this line")                       \
    X(prompt_cancel, "prompt-cancel", "Questions", UI_PROMPT, "do not answer")                               \
    X(prompt_left, "prompt-left", "Questions", UI_PROMPT, "one character back")                              \
    X(prompt_right, "prompt-right", "Questions", UI_PROMPT, "one character on")                              \
    X(prompt_start, "prompt-start", "Questions", UI_PROMPT, "to the start of the line")                      \
    X(prompt_end, "prompt-end", "Questions", UI_PROMPT, "to the end of the line")                            \
    X(prompt_backspace, "prompt-backspace", "Questions", UI_PROMPT,                                          \
      "delete the character before the cursor")                                                              \
    X(prompt_delete, "prompt-delete", "Questions", UI_PROMPT, "delete the character at the cursor")          \
    X(prompt_delete_word, "prompt-delete-word", "Questions", UI_PROMPT, "delete the word before the cursor") \
    X(prompt_clear, "prompt-clear", "Questions", UI_PROMPT, "delete the whole line")                         \
    X(prompt_paste, "prompt-paste", "Questions", UI_PROMPT, "put in what was cut or copied")                 \
    X(prompt_complete, "prompt-complete", "Questions", UI_PROMPT,                                            \
      "complete what is begun; again: the next choice")                                                      \
    X(prompt_complete_back, "prompt-complete-back", "Questions", UI_PROMPT, "the choice before")             \
    X(prompt_older, "prompt-older", "Questions", UI_PROMPT, "what was answered before; up in a list")        \
    X(prompt_newer, "prompt-newer", "Questions", UI_PROMPT, "what was answered after that; down in a list")  \
    X(prompt_next, "prompt-next", "Questions", UI_PROMPT, "finding: to the next match")                      \
    X(prompt_previous, "prompt-previous", "Questions", UI_PROMPT, "finding: to the match before")            \
    UI_VI_COMMANDS(X)

#endif
