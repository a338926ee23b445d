/* Every command once: its function, its name in keymaps, its group in help, where it may be bound, and its
 * help text. The help screen, `lacuna keys` and the manual are printed from this. */
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
    X(right, "right", "Moving", UI_EDIT, "one character forward")                                            \
    X(up, "up", "Moving", UI_EDIT, "one row up")                                                             \
    X(down, "down", "Moving", UI_EDIT, "one row down")                                                       \
    X(line_start, "line-start", "Moving", UI_EDIT, "to the start of the row, then of the line")              \
    X(line_end, "line-end", "Moving", UI_EDIT, "to the end of the row, then of the line")                    \
    X(page_up, "page-up", "Moving", UI_EDIT, "one page up")                                                  \
    X(page_down, "page-down", "Moving", UI_EDIT, "one page down")                                            \
    X(previous_word, "previous-word", "Moving", UI_EDIT, "to the start of the word before")                  \
    X(next_word, "next-word", "Moving", UI_EDIT, "to the start of the next word")                            \
    X(word_end, "word-end", "Moving", UI_EDIT, "to the end of the word")                                     \
    X(previous_sentence, "previous-sentence", "Moving", UI_EDIT, "to the start of the sentence before")      \
    X(next_sentence, "next-sentence", "Moving", UI_EDIT, "to the start of the next sentence")                \
    X(previous_paragraph, "previous-paragraph", "Moving", UI_EDIT, "to the start of the paragraph before")   \
    X(next_paragraph, "next-paragraph", "Moving", UI_EDIT, "to the start of the next paragraph")             \
    X(text_start, "text-start", "Moving", UI_EDIT, "to the start of the text")                               \
    X(text_end, "text-end", "Moving", UI_EDIT, "to the end of the text")                                     \
    X(go_to_line, "go-to-line", "Moving", UI_EDIT, "to a line by its number")                                \
    X(scroll_up, "scroll-up", "Moving", UI_TEXT, "scroll up; the cursor stays")                              \
    X(scroll_down, "scroll-down", "Moving", UI_TEXT, "scroll down; the cursor stays")                        \
    X(center, "center", "Moving", UI_TEXT, "scroll the cursor's row to the middle of the screen")            \
    X(select_left, "select-left", "Selecting", UI_EDIT, "select one character back")                         \
    X(select_right, "select-right", "Selecting", UI_EDIT, "select one character forward")                    \
    X(select_up, "select-up", "Selecting", UI_EDIT, "select one row up")                                     \
    X(select_down, "select-down", "Selecting", UI_EDIT, "select one row down")                               \
    X(select_line_start, "select-line-start", "Selecting", UI_EDIT, "select to the start of the row")        \
    X(select_line_end, "select-line-end", "Selecting", UI_EDIT, "select to the end of the row")              \
    X(select_page_up, "select-page-up", "Selecting", UI_EDIT, "select one page up")                          \
    X(select_page_down, "select-page-down", "Selecting", UI_EDIT, "select one page down")                    \
    X(select_previous_word, "select-previous-word", "Selecting", UI_EDIT, "select one word back")            \
    X(select_next_word, "select-next-word", "Selecting", UI_EDIT, "select one word forward")                 \
    X(select_text_start, "select-text-start", "Selecting", UI_EDIT, "select to the start of the text")       \
    X(select_text_end, "select-text-end", "Selecting", UI_EDIT, "select to the end of the text")             \
    X(select_all, "select-all", "Selecting", UI_EDIT, "select the whole text")                               \
    X(select_mark, "select-mark", "Selecting", UI_EDIT,                                                      \
      "start selecting: moving extends the selection, Esc ends it")                                          \
    X(new_line, "new-line", "Writing", UI_EDIT, "start a new line")                                          \
    X(tab, "tab", "Writing", UI_EDIT, "insert a tab")                                                        \
    X(delete_backward, "delete-backward", "Writing", UI_EDIT, "delete the character before the cursor")      \
    X(delete_forward, "delete-forward", "Writing", UI_EDIT, "delete the character at the cursor")            \
    X(delete_word_backward, "delete-word-backward", "Writing", UI_EDIT, "delete the word before the cursor") \
    X(delete_word_end, "delete-word-end", "Writing", UI_EDIT, "delete to the end of the word")               \
    X(delete_word_forward, "delete-word-forward", "Writing", UI_EDIT,                                        \
      "delete to the start of the next word")                                                                \
    X(delete_to_line_end, "delete-to-line-end", "Writing", UI_EDIT, "delete to the end of the line")         \
    X(cut_to_line_end, "cut-to-line-end", "Writing", UI_EDIT, "cut the rest of the line")                    \
    X(cut, "cut", "Writing", UI_EDIT, "cut the selection, else the line")                                    \
    X(copy, "copy", "Writing", UI_EDIT, "copy the selection, else the line")                                 \
    X(copy_end, "copy-end", "Writing", UI_EDIT, "copy the selection, else the line, and deselect")           \
    X(paste, "paste", "Writing", UI_EDIT, "paste")                                                           \
    X(undo, "undo", "Writing", UI_EDIT, "undo the last change; an accepted fill is one")                     \
    X(redo, "redo", "Writing", UI_EDIT, "redo")                                                              \
    X(reflow, "reflow", "Writing", UI_EDIT,                                                                  \
      "rewrap the paragraph, or the selected paragraphs, to reflow-width")                                   \
    X(unwrap, "unwrap", "Writing", UI_EDIT, "join the paragraph, or each selected one, into one line")       \
    X(spell, "spell", "Spelling", UI_EDIT, "to the next misspelt word, with corrections")                    \
    X(spell_add, "spell-add", "Spelling", UI_EDIT, "add the word at the cursor to the dictionary")           \
    X(spell_ignore, "spell-ignore", "Spelling", UI_EDIT, "ignore the word at the cursor in this session")    \
    X(macro_record, "macro-record", "Macros", UI_EDIT, "start or stop recording keys")                       \
    X(macro_play, "macro-play", "Macros", UI_EDIT, "play the recorded keys")                                 \
    X(macro_play_times, "macro-play-times", "Macros", UI_EDIT, "play the recorded keys a number of times")   \
    X(find, "find", "Finding", UI_EDIT, "find text as you type it")                                          \
    X(find_next, "find-next", "Finding", UI_EDIT, "to the next match")                                       \
    X(find_previous, "find-previous", "Finding", UI_EDIT, "to the previous match")                           \
    X(replace, "replace", "Finding", UI_EDIT, "replace text, in the selection if there is one")              \
    X(search_case, "search-case", "Finding", UI_EDIT | UI_PROMPT, "match case: smart, exact or any")         \
    X(search_words, "search-words", "Finding", UI_EDIT | UI_PROMPT,                                          \
      "switch between whole words and any match")                                                            \
    X(search_regex, "search-regex", "Finding", UI_EDIT | UI_PROMPT,                                          \
      "switch between regular expressions and plain text")                                                   \
    X(unlight, "unlight", "Finding", UI_EDIT, "stop highlighting matches")                                   \
    X(blank, "blank", "Blanks", UI_EDIT | UI_VISUAL, "make the selection a blank, or insert one")            \
    X(blank_remove, "blank-remove", "Blanks", UI_EDIT, "make the blank at the cursor plain text again")      \
    X(blank_length, "blank-length", "Blanks", UI_EDIT | UI_BLANK, "set the length of the blank in tokens")   \
    X(conditions, "conditions", "Blanks", UI_EDIT | UI_BLANK | UI_TRAY,                                      \
      "set conditions on the words of the blank")                                                            \
    X(type_into, "type-into", "Blanks", UI_EDIT | UI_BLANK | UI_TRAY,                                        \
      "type words that must appear in the blank; a running fill continues with them")                        \
    X(breathe, "breathe", "Proposals", UI_EDIT | UI_BLANK | UI_TRAY,                                         \
      "draw parts of the proposal again as the text around it changes, or freeze it")                        \
    X(next_blank, "next-blank", "Blanks", UI_EDIT | UI_BLANK, "to the next blank")                           \
    X(previous_blank, "previous-blank", "Blanks", UI_EDIT | UI_BLANK, "to the previous blank")               \
    X(fill, "fill", "Blanks", UI_EDIT | UI_BLANK | UI_VISUAL,                                                \
      "fill the selection, or the blank at the cursor")                                                      \
    X(fill_all, "fill-all", "Blanks", UI_EDIT | UI_BLANK, "fill every blank that has no proposal")           \
    X(cancel, "cancel", "Blanks", UI_EDIT | UI_BLANK,                                                        \
      "stop filling; else end the selection and the highlighting")                                           \
    X(accept, "accept", "Proposals", UI_EDIT | UI_BLANK, "put the proposed words into the text")             \
    X(accept_all, "accept-all", "Proposals", UI_EDIT | UI_BLANK,                                             \
      "put every finished proposal into the text")                                                           \
    X(discard, "discard", "Proposals", UI_EDIT | UI_BLANK,                                                   \
      "stop filling; else discard the proposal and keep the blank")                                          \
    X(accept_word, "accept-word", "Proposals", UI_EDIT | UI_BLANK | UI_TRAY,                                 \
      "put only the next proposed word into the text")                                                       \
    X(tray_choose, "tray-choose", "Proposals", UI_BLANK | UI_TRAY,                                           \
      "choose the proposal with the number on the key")                                                      \
    X(tray_up, "tray-up", "Proposals", UI_BLANK | UI_TRAY, "choose the proposal listed above")               \
    X(tray_down, "tray-down", "Proposals", UI_BLANK | UI_TRAY, "choose the proposal listed below")           \
    X(tray_more, "tray-more", "Proposals", UI_EDIT | UI_BLANK | UI_TRAY,                                     \
      "draw more proposals and keep the present ones")                                                       \
    X(tray_drop, "tray-drop", "Proposals", UI_EDIT | UI_BLANK | UI_TRAY,                                     \
      "remove this proposal and keep the others")                                                            \
    X(mix, "mix", "Proposals", UI_EDIT | UI_BLANK | UI_TRAY,                                                 \
      "make a proposal from the first half of this one and the second half of another")                      \
    X(alternatives, "alternatives", "Proposals", UI_EDIT | UI_BLANK | UI_TRAY | UI_ALTERNATIVES,             \
      "list alternatives to a word of the proposal; again: list the proposals")                              \
    X(alternatives_next_word, "alternatives-next-word", "Alternatives", UI_ALTERNATIVES,                     \
      "to the next word of the proposal")                                                                    \
    X(alternatives_previous_word, "alternatives-previous-word", "Alternatives", UI_ALTERNATIVES,             \
      "to the previous word")                                                                                \
    X(alternatives_choose, "alternatives-choose", "Alternatives", UI_ALTERNATIVES,                           \
      "put in the word with the number on the key, and draw the words around it again")                      \
    X(alternatives_up, "alternatives-up", "Alternatives", UI_ALTERNATIVES, "choose the word listed before")  \
    X(alternatives_down, "alternatives-down", "Alternatives", UI_ALTERNATIVES,                               \
      "choose the word listed next")                                                                         \
    X(alternatives_put, "alternatives-put", "Alternatives", UI_ALTERNATIVES,                                 \
      "put in the chosen word, and draw the words around it again")                                          \
    X(alternatives_write, "alternatives-write", "Alternatives", UI_ALTERNATIVES,                             \
      "write another word in its place")                                                                     \
    X(alternatives_close, "alternatives-close", "Alternatives", UI_ALTERNATIVES, "back to the proposals")    \
    X(vary, "vary", "Varying", UI_ANYWHERE, "vary the selected words: a dial sets how many are drawn again") \
    X(vary_less, "vary-less", "Varying", UI_VARY, "draw fewer of the words again")                           \
    X(vary_more, "vary-more", "Varying", UI_VARY, "draw more of the words again")                            \
    X(vary_original, "vary-original", "Varying", UI_VARY, "switch between the original and the drawn words") \
    X(vary_again, "vary-again", "Varying", UI_VARY, "draw again with another seed")                          \
    X(vary_accept, "vary-accept", "Varying", UI_VARY, "put these words into the text")                       \
    X(vary_leave, "vary-leave", "Varying", UI_VARY, "keep the original words")                               \
    X(again, "again", "Proposals", UI_EDIT | UI_BLANK, "draw another proposal with another seed")            \
    X(next_candidate, "next-candidate", "Proposals", UI_EDIT | UI_BLANK,                                     \
      "the next proposal; after the last one, draw a new one")                                               \
    X(previous_candidate, "previous-candidate", "Proposals", UI_EDIT | UI_BLANK, "the previous proposal")    \
    X(record, "record", "Proposals", UI_EDIT | UI_BLANK,                                                     \
      "start or stop recording accepted proposals of this text, and how they were drawn")                    \
    X(voice, "voice", "Proposals", UI_EDIT | UI_BLANK,                                                       \
      "learn my voice: fine-tune the model on my texts, in the background")                                  \
    X(voice_stop, "voice-stop", "Proposals", UI_EDIT | UI_BLANK, "stop the training of a voice")             \
    X(slower, "slower", "Watching", UI_EDIT | UI_BLANK | UI_TIMELINE | UI_BESIDE,                            \
      "show the steps of fills at half the pace")                                                            \
    X(faster, "faster", "Watching", UI_EDIT | UI_BLANK | UI_TIMELINE | UI_BESIDE,                            \
      "show the steps of fills at twice the pace")                                                           \
    X(hold, "hold", "Watching", UI_EDIT | UI_BLANK | UI_TIMELINE, "hold the fill, or resume it")             \
    X(one_step, "one-step", "Watching", UI_EDIT | UI_BLANK | UI_TIMELINE, "take one step of the fill")       \
    X(beside, "beside", "Watching", UI_EDIT | UI_BLANK | UI_TIMELINE,                                        \
      "draw the blank side by side with other seeds, samplers or models")                                    \
    X(lens, "lens", "Watching", UI_ANYWHERE,                                                                 \
      "show how the model sees your words: surprise, odds, owed, off")                                       \
    X(lens_numbers, "lens-numbers", "Watching", UI_ANYWHERE,                                                 \
      "show the numbers of the lens for the word at the cursor")                                             \
    X(ripple, "ripple", "Watching", UI_ANYWHERE,                                                             \
      "show the words that fit less well since the last change, or hide them")                               \
    X(ripple_draw, "ripple-draw", "Watching", UI_ANYWHERE,                                                   \
      "draw the words that ripple shows again, and keep all others")                                         \
    X(timeline, "timeline", "Timeline", UI_EDIT | UI_BLANK | UI_TIMELINE,                                    \
      "show the steps of the proposal at the cursor; a running fill is held")                                \
    X(timeline_swap, "timeline-swap", "Timeline", UI_TIMELINE,                                               \
      "draw another word at its step, and compare both runs side by side")                                   \
    X(timeline_help, "timeline-help", "Timeline", UI_TIMELINE, "explain the timeline and its keys")          \
    X(timeline_close, "timeline-close", "Timeline", UI_TIMELINE, "leave the timeline; a held fill resumes")  \
    X(timeline_back, "timeline-back", "Timeline", UI_TIMELINE, "one step back")                              \
    X(timeline_on, "timeline-on", "Timeline", UI_TIMELINE,                                                   \
      "one step forward; a held fill takes its next step")                                                   \
    X(timeline_next_draw, "timeline-next-draw", "Timeline", UI_TIMELINE,                                     \
      "forward to the next step that draws a word")                                                          \
    X(timeline_previous_draw, "timeline-previous-draw", "Timeline", UI_TIMELINE,                             \
      "back to just before the last step that drew a word")                                                  \
    X(timeline_first, "timeline-first", "Timeline", UI_TIMELINE,                                             \
      "to the first step, where nothing is drawn")                                                           \
    X(timeline_last, "timeline-last", "Timeline", UI_TIMELINE, "to the last step")                           \
    X(timeline_play, "timeline-play", "Timeline", UI_TIMELINE, "play the steps, or stop")                    \
    X(timeline_next_word, "timeline-next-word", "Timeline", UI_TIMELINE, "to the next word of the blank")    \
    X(timeline_previous_word, "timeline-previous-word", "Timeline", UI_TIMELINE, "to the previous word")     \
    X(timeline_pin, "timeline-pin", "Timeline", UI_TIMELINE,                                                 \
      "pin or unpin the word: a pinned word stays at every step")                                            \
    X(timeline_open, "timeline-open", "Timeline", UI_TIMELINE,                                               \
      "mark the word to be drawn again, or unmark it")                                                       \
    X(timeline_write, "timeline-write", "Timeline", UI_TIMELINE, "write another word in its place")          \
    X(timeline_fill, "timeline-fill", "Timeline", UI_TIMELINE,                                               \
      "draw the marked words and keep the others; accept when none is marked")                               \
    X(beside_back, "beside-back", "Side by side", UI_BESIDE, "one step back")                                \
    X(beside_on, "beside-on", "Side by side", UI_BESIDE, "one step forward")                                 \
    X(beside_first, "beside-first", "Side by side", UI_BESIDE, "to the first step")                          \
    X(beside_last, "beside-last", "Side by side", UI_BESIDE, "to the last step")                             \
    X(beside_play, "beside-play", "Side by side", UI_BESIDE, "play the steps, or stop")                      \
    X(beside_next, "beside-next", "Side by side", UI_BESIDE, "choose the next run")                          \
    X(beside_previous, "beside-previous", "Side by side", UI_BESIDE, "choose the previous run")              \
    X(beside_take, "beside-take", "Side by side", UI_BESIDE, "take the chosen run as a proposal")            \
    X(beside_help, "beside-help", "Side by side", UI_BESIDE, "explain this page and its keys")               \
    X(beside_close, "beside-close", "Side by side", UI_BESIDE, "back to the text")                           \
    X(save, "save", "Files", UI_EDIT | UI_BLANK, "save the text")                                            \
    X(save_as, "save-as", "Files", UI_EDIT | UI_BLANK, "save the text under another name")                   \
    X(open, "open", "Files", UI_EDIT, "open another file")                                                   \
    X(reload, "reload", "Files", UI_EDIT | UI_BLANK,                                                         \
      "load the file from the disk; undo brings this text back")                                             \
    X(compare, "compare", "Files", UI_EDIT | UI_BLANK, "show the differences from the file on the disk")     \
    X(toggle_read_only, "toggle-read-only", "Files", UI_EDIT | UI_BLANK,                                     \
      "allow or forbid changes to this text")                                                                \
    X(change_encoding, "change-encoding", "Files", UI_EDIT | UI_BLANK, "change the encoding of the file")    \
    X(read_as, "read-as", "Files", UI_EDIT | UI_BLANK, "read the file again in another encoding")            \
    X(save_all, "save-all", "Files", UI_EDIT | UI_BLANK, "save every open file that has changed")            \
    X(files, "files", "Files", UI_EDIT | UI_BLANK, "list the open files")                                    \
    X(last_file, "last-file", "Files", UI_ANYWHERE, "to the previously shown file")                          \
    X(next_file, "next-file", "Files", UI_EDIT | UI_BLANK, "to the next open file")                          \
    X(previous_file, "previous-file", "Files", UI_EDIT | UI_BLANK, "to the previous open file")              \
    X(close, "close", "Files", UI_EDIT | UI_BLANK,                                                           \
      "close this file; closing the last one leaves an empty page")                                          \
    X(close_or_quit, "close-or-quit", "Files", UI_EDIT | UI_BLANK,                                           \
      "close this file; closing the last one quits")                                                         \
    X(suspend, "suspend", "Files", UI_EDIT | UI_BLANK, "suspend the editor and return to the shell")         \
    X(quit, "quit", "Files", UI_EDIT | UI_BLANK, "quit; asks about everything that would be lost")           \
    X(palette, "palette", "Screen", UI_ANYWHERE, "find a command or a setting")                              \
    X(command_line, "command-line", "Screen", UI_ANYWHERE, "type a command; Tab completes it")               \
    X(keep_settings, "keep-settings", "Screen", UI_ANYWHERE,                                                 \
      "write the changed settings into the configuration file")                                              \
    X(themes, "themes", "Screen", UI_ANYWHERE, "choose a theme from a list, with previews")                  \
    X(help, "help", "Screen", UI_ANYWHERE | UI_PROMPT | UI_TIMELINE,                                         \
      "show what is useful here, then all keys")                                                             \
    X(toggle_hints, "toggle-hints", "Screen", UI_EDIT | UI_BLANK,                                            \
      "show or hide the keys on the bottom line")                                                            \
    X(redraw, "redraw", "Screen", UI_ANYWHERE, "redraw the screen")                                          \
    X(prompt_accept, "prompt-accept", "Questions", UI_PROMPT, "answer with this line")                       \
    X(prompt_cancel, "prompt-cancel", "Questions", UI_PROMPT, "cancel the question")                         \
    X(prompt_left, "prompt-left", "Questions", UI_PROMPT, "one character back")                              \
    X(prompt_right, "prompt-right", "Questions", UI_PROMPT, "one character forward")                         \
    X(prompt_start, "prompt-start", "Questions", UI_PROMPT, "to the start of the line")                      \
    X(prompt_end, "prompt-end", "Questions", UI_PROMPT, "to the end of the line")                            \
    X(prompt_backspace, "prompt-backspace", "Questions", UI_PROMPT,                                          \
      "delete the character before the cursor")                                                              \
    X(prompt_delete, "prompt-delete", "Questions", UI_PROMPT, "delete the character at the cursor")          \
    X(prompt_delete_word, "prompt-delete-word", "Questions", UI_PROMPT, "delete the word before the cursor") \
    X(prompt_clear, "prompt-clear", "Questions", UI_PROMPT, "delete the whole line")                         \
    X(prompt_paste, "prompt-paste", "Questions", UI_PROMPT, "paste")                                         \
    X(prompt_complete, "prompt-complete", "Questions", UI_PROMPT, "complete; again: the next choice")        \
    X(prompt_complete_back, "prompt-complete-back", "Questions", UI_PROMPT, "the previous choice")           \
    X(prompt_older, "prompt-older", "Questions", UI_PROMPT, "the previous answer; up in a list")             \
    X(prompt_newer, "prompt-newer", "Questions", UI_PROMPT, "the next answer; down in a list")               \
    X(prompt_next, "prompt-next", "Questions", UI_PROMPT, "finding: to the next match")                      \
    X(prompt_previous, "prompt-previous", "Questions", UI_PROMPT, "finding: to the previous match")          \
    UI_VI_COMMANDS(X)

#endif
