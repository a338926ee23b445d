/* Commands of modal editing, for keymaps such as vi.keys; rows as in commands.h. */
#ifndef LACUNA_UI_VI_COMMANDS_H
#define LACUNA_UI_VI_COMMANDS_H

#define VI_MOTIONS (UI_NORMAL | UI_VISUAL | UI_OPERATOR)
#define VI_OBJECTS (UI_VISUAL | UI_OPERATOR)
#define VI_BOTH    (UI_NORMAL | UI_VISUAL)

#define UI_VI_COMMANDS(X)                                                                                    \
    X(vi_left, "vi-left", "Vi: moving", VI_MOTIONS, "one character back, in the line")                       \
    X(vi_right, "vi-right", "Vi: moving", VI_MOTIONS, "one character forward, in the line")                  \
    X(vi_left_wrapping, "vi-left-wrapping", "Vi: moving", VI_MOTIONS, "one character back")                  \
    X(vi_right_wrapping, "vi-right-wrapping", "Vi: moving", VI_MOTIONS, "one character forward")             \
    X(vi_down, "vi-down", "Vi: moving", VI_MOTIONS, "one line down")                                         \
    X(vi_up, "vi-up", "Vi: moving", VI_MOTIONS, "one line up")                                               \
    X(vi_row_down, "vi-row-down", "Vi: moving", VI_MOTIONS, "one row down")                                  \
    X(vi_row_up, "vi-row-up", "Vi: moving", VI_MOTIONS, "one row up")                                        \
    X(vi_next_line, "vi-next-line", "Vi: moving", VI_MOTIONS, "to the first word of the next line")          \
    X(vi_previous_line, "vi-previous-line", "Vi: moving", VI_MOTIONS,                                        \
      "to the first word of the previous line")                                                              \
    X(vi_this_line, "vi-this-line", "Vi: moving", VI_MOTIONS,                                                \
      "to the first word of this line, or of a line below")                                                  \
    X(vi_line_start, "vi-line-start", "Vi: moving", VI_MOTIONS, "to the start of the line")                  \
    X(vi_first_nonblank, "vi-first-nonblank", "Vi: moving", VI_MOTIONS, "to the first word of the line")     \
    X(vi_line_end, "vi-line-end", "Vi: moving", VI_MOTIONS, "to the end of the line")                        \
    X(vi_last_nonblank, "vi-last-nonblank", "Vi: moving", VI_MOTIONS,                                        \
      "to the end of the last word in the line")                                                             \
    X(vi_row_start, "vi-row-start", "Vi: moving", VI_MOTIONS, "to the start of the row")                     \
    X(vi_row_end, "vi-row-end", "Vi: moving", VI_MOTIONS, "to the end of the row")                           \
    X(vi_column, "vi-column", "Vi: moving", VI_MOTIONS, "to a column")                                       \
    X(vi_find, "vi-find", "Vi: moving", VI_MOTIONS, "to a character of the line")                            \
    X(vi_find_back, "vi-find-back", "Vi: moving", VI_MOTIONS, "back to a character of the line")             \
    X(vi_till, "vi-till", "Vi: moving", VI_MOTIONS, "to just before a character of the line")                \
    X(vi_till_back, "vi-till-back", "Vi: moving", VI_MOTIONS, "back to just after a character of the line")  \
    X(vi_find_repeat, "vi-find-repeat", "Vi: moving", VI_MOTIONS, "repeat the last find in the line")        \
    X(vi_find_reverse, "vi-find-reverse", "Vi: moving", VI_MOTIONS, "repeat it in the other direction")      \
    X(vi_next_word, "vi-next-word", "Vi: moving", VI_MOTIONS, "to the start of the next word")               \
    X(vi_next_big_word, "vi-next-big-word", "Vi: moving", VI_MOTIONS,                                        \
      "to the start of the next WORD (text between white space)")                                            \
    X(vi_word_end, "vi-word-end", "Vi: moving", VI_MOTIONS, "to the end of a word")                          \
    X(vi_big_word_end, "vi-big-word-end", "Vi: moving", VI_MOTIONS, "to the end of a WORD")                  \
    X(vi_previous_word, "vi-previous-word", "Vi: moving", VI_MOTIONS, "back to the start of a word")         \
    X(vi_previous_big_word, "vi-previous-big-word", "Vi: moving", VI_MOTIONS, "back to the start of a WORD") \
    X(vi_previous_word_end, "vi-previous-word-end", "Vi: moving", VI_MOTIONS, "back to the end of a word")   \
    X(vi_previous_big_word_end, "vi-previous-big-word-end", "Vi: moving", VI_MOTIONS,                        \
      "back to the end of a WORD")                                                                           \
    X(vi_next_sentence, "vi-next-sentence", "Vi: moving", VI_MOTIONS, "to the next sentence")                \
    X(vi_previous_sentence, "vi-previous-sentence", "Vi: moving", VI_MOTIONS,                                \
      "back to the start of a sentence")                                                                     \
    X(vi_next_paragraph, "vi-next-paragraph", "Vi: moving", VI_MOTIONS, "to the next empty line")            \
    X(vi_previous_paragraph, "vi-previous-paragraph", "Vi: moving", VI_MOTIONS,                              \
      "to the previous empty line")                                                                          \
    X(vi_go_line, "vi-go-line", "Vi: moving", VI_MOTIONS,                                                    \
      "to a line by its number; without one, to the last line")                                              \
    X(vi_first_line, "vi-first-line", "Vi: moving", VI_MOTIONS,                                              \
      "to a line by its number; without one, to the first line")                                             \
    X(vi_screen_top, "vi-screen-top", "Vi: moving", VI_MOTIONS, "to the first line of the screen")           \
    X(vi_screen_middle, "vi-screen-middle", "Vi: moving", VI_MOTIONS, "to the middle of the screen")         \
    X(vi_screen_bottom, "vi-screen-bottom", "Vi: moving", VI_MOTIONS, "to the last line of the screen")      \
    X(vi_half_down, "vi-half-down", "Vi: moving", VI_BOTH, "half a screen down")                             \
    X(vi_half_up, "vi-half-up", "Vi: moving", VI_BOTH, "half a screen up")                                   \
    X(vi_matching, "vi-matching", "Vi: moving", VI_MOTIONS, "to the matching bracket")                       \
    X(vi_search, "vi-search", "Vi: moving", VI_MOTIONS, "to the next match of a pattern")                    \
    X(vi_search_back, "vi-search-back", "Vi: moving", VI_MOTIONS, "back to a match of a pattern")            \
    X(vi_next_match, "vi-next-match", "Vi: moving", VI_MOTIONS, "to the next match")                         \
    X(vi_previous_match, "vi-previous-match", "Vi: moving", VI_MOTIONS, "to the previous match")             \
    X(vi_word_next, "vi-word-next", "Vi: moving", VI_MOTIONS, "to the next occurrence of this word")         \
    X(vi_word_previous, "vi-word-previous", "Vi: moving", VI_MOTIONS,                                        \
      "to the previous occurrence of this word")                                                             \
    X(vi_part_next, "vi-part-next", "Vi: moving", VI_MOTIONS, "to the next occurrence, also within words")   \
    X(vi_part_previous, "vi-part-previous", "Vi: moving", VI_MOTIONS,                                        \
      "to the previous occurrence, also within words")                                                       \
    X(vi_mark, "vi-mark", "Vi: moving", VI_BOTH, "set a mark")                                               \
    X(vi_to_mark, "vi-to-mark", "Vi: moving", VI_MOTIONS, "to a mark")                                       \
    X(vi_to_mark_line, "vi-to-mark-line", "Vi: moving", VI_MOTIONS, "to the line of a mark")                 \
    X(vi_older_place, "vi-older-place", "Vi: moving", UI_NORMAL, "back in the jump list")                    \
    X(vi_newer_place, "vi-newer-place", "Vi: moving", UI_NORMAL, "forward in the jump list")                 \
    X(vi_older_change, "vi-older-change", "Vi: moving", VI_BOTH, "back in the change list")                  \
    X(vi_newer_change, "vi-newer-change", "Vi: moving", VI_BOTH, "forward in the change list")               \
    X(vi_character, "vi-character", "Vi: moving", VI_BOTH, "show the code of the character")                 \
    X(vi_inner_word, "vi-inner-word", "Vi: objects", VI_OBJECTS, "a word, or white space")                   \
    X(vi_a_word, "vi-a-word", "Vi: objects", VI_OBJECTS, "a word with white space")                          \
    X(vi_inner_big_word, "vi-inner-big-word", "Vi: objects", VI_OBJECTS,                                     \
      "a WORD: the text between white space")                                                                \
    X(vi_a_big_word, "vi-a-big-word", "Vi: objects", VI_OBJECTS, "a WORD with white space")                  \
    X(vi_inner_sentence, "vi-inner-sentence", "Vi: objects", VI_OBJECTS, "a sentence")                       \
    X(vi_a_sentence, "vi-a-sentence", "Vi: objects", VI_OBJECTS, "a sentence with white space")              \
    X(vi_inner_paragraph, "vi-inner-paragraph", "Vi: objects", VI_OBJECTS, "a paragraph")                    \
    X(vi_a_paragraph, "vi-a-paragraph", "Vi: objects", VI_OBJECTS, "a paragraph with empty lines")           \
    X(vi_inner_double, "vi-inner-double-quotes", "Vi: objects", VI_OBJECTS, "the text in double quotes")     \
    X(vi_a_double, "vi-double-quotes", "Vi: objects", VI_OBJECTS, "the same with the quotes")                \
    X(vi_inner_single, "vi-inner-single-quotes", "Vi: objects", VI_OBJECTS, "the text in single quotes")     \
    X(vi_a_single, "vi-single-quotes", "Vi: objects", VI_OBJECTS, "the same with the quotes")                \
    X(vi_inner_backtick, "vi-inner-backticks", "Vi: objects", VI_OBJECTS, "the text in backticks")           \
    X(vi_a_backtick, "vi-backticks", "Vi: objects", VI_OBJECTS, "the same with the backticks")               \
    X(vi_inner_parens, "vi-inner-parens", "Vi: objects", VI_OBJECTS, "the text in parentheses")              \
    X(vi_a_parens, "vi-parens", "Vi: objects", VI_OBJECTS, "the same with the parentheses")                  \
    X(vi_inner_squares, "vi-inner-brackets", "Vi: objects", VI_OBJECTS, "the text in square brackets")       \
    X(vi_a_squares, "vi-brackets", "Vi: objects", VI_OBJECTS, "the same with the brackets")                  \
    X(vi_inner_braces, "vi-inner-braces", "Vi: objects", VI_OBJECTS, "the text in braces")                   \
    X(vi_a_braces, "vi-braces", "Vi: objects", VI_OBJECTS, "the same with the braces")                       \
    X(vi_inner_angles, "vi-inner-angles", "Vi: objects", VI_OBJECTS, "the text in angle brackets")           \
    X(vi_a_angles, "vi-angles", "Vi: objects", VI_OBJECTS, "the same with the brackets")                     \
    X(vi_inner_tag, "vi-inner-tag", "Vi: objects", VI_OBJECTS, "the text between <tag> and </tag>")          \
    X(vi_a_tag, "vi-tag", "Vi: objects", VI_OBJECTS, "the same with the tags")                               \
    X(vi_substitute_again, "vi-substitute-again", "Vi: changing", UI_NORMAL,                                 \
      "repeat the last replacement in this line")                                                            \
    X(vi_earlier, "vi-earlier", "Vi: changing", UI_NORMAL,                                                   \
      "back in time by one change, across undo branches")                                                    \
    X(vi_later, "vi-later", "Vi: changing", UI_NORMAL,                                                       \
      "forward in time by one change, across undo branches")                                                 \
    X(vi_filter, "vi-filter", "Vi: operators", VI_MOTIONS, "filter its lines through a shell command")       \
    X(vi_reflow_stay, "vi-reflow-stay", "Vi: operators", VI_MOTIONS,                                         \
      "rewrap its lines; the cursor stays at its word")                                                      \
    X(vi_reflow_stay_line, "vi-reflow-stay-line", "Vi: operators", UI_OPERATOR,                              \
      "after vi-reflow-stay: the line; else to the next word")                                               \
    X(vi_delete, "vi-delete", "Vi: operators", VI_MOTIONS,                                                   \
      "delete what a motion or object covers; twice: the line")                                              \
    X(vi_change, "vi-change", "Vi: operators", VI_MOTIONS, "delete it and insert")                           \
    X(vi_yank, "vi-yank", "Vi: operators", VI_MOTIONS, "copy it to a register")                              \
    X(vi_shift_right, "vi-shift-right", "Vi: operators", VI_MOTIONS, "indent its lines")                     \
    X(vi_shift_left, "vi-shift-left", "Vi: operators", VI_MOTIONS, "unindent its lines")                     \
    X(vi_lower, "vi-lower", "Vi: operators", VI_MOTIONS, "make it lower case")                               \
    X(vi_upper, "vi-upper", "Vi: operators", VI_MOTIONS, "make it upper case")                               \
    X(vi_swap_case_over, "vi-swap-case-over", "Vi: operators", VI_MOTIONS, "swap the case of its letters")   \
    X(vi_reflow, "vi-reflow", "Vi: operators", VI_MOTIONS, "rewrap its lines to reflow-width")               \
    X(vi_insert, "vi-insert", "Vi: changing", UI_NORMAL, "insert before the cursor")                         \
    X(vi_insert_start, "vi-insert-start", "Vi: changing", UI_NORMAL,                                         \
      "insert before the first word of the line")                                                            \
    X(vi_insert_column_one, "vi-insert-column-one", "Vi: changing", UI_NORMAL,                               \
      "insert at the start of the line")                                                                     \
    X(vi_insert_last, "vi-insert-last", "Vi: changing", UI_NORMAL, "insert where text was last inserted")    \
    X(vi_append, "vi-append", "Vi: changing", UI_NORMAL, "insert after the cursor")                          \
    X(vi_append_end, "vi-append-end", "Vi: changing", UI_NORMAL, "insert at the end of the line")            \
    X(vi_open, "vi-open", "Vi: changing", UI_NORMAL, "insert on a new line below")                           \
    X(vi_open_above, "vi-open-above", "Vi: changing", UI_NORMAL, "insert on a new line above")               \
    X(vi_replace_mode, "vi-replace-mode", "Vi: changing", UI_NORMAL, "overwrite the text from here")         \
    X(vi_replace_character, "vi-replace-character", "Vi: changing", VI_BOTH, "replace the character here")   \
    X(vi_delete_character, "vi-delete-character", "Vi: changing", VI_BOTH, "delete the character here")      \
    X(vi_delete_before, "vi-delete-before", "Vi: changing", UI_NORMAL,                                       \
      "delete the character before the cursor")                                                              \
    X(vi_delete_to_end, "vi-delete-to-end", "Vi: changing", VI_BOTH, "delete to the end of the line")        \
    X(vi_change_to_end, "vi-change-to-end", "Vi: changing", VI_BOTH, "change to the end of the line")        \
    X(vi_substitute, "vi-substitute", "Vi: changing", VI_BOTH, "delete the character here and insert")       \
    X(vi_change_lines, "vi-change-lines", "Vi: changing", VI_BOTH, "change the line")                        \
    X(vi_yank_lines, "vi-yank-lines", "Vi: changing", VI_BOTH, "copy the line to a register")                \
    X(vi_swap_case, "vi-swap-case", "Vi: changing", VI_BOTH, "swap the case of the letter here")             \
    X(vi_join, "vi-join", "Vi: changing", VI_BOTH, "join the next line to this one")                         \
    X(vi_join_plain, "vi-join-plain", "Vi: changing", VI_BOTH, "the same without a space")                   \
    X(vi_increment, "vi-increment", "Vi: changing", UI_NORMAL, "add to the number here")                     \
    X(vi_decrement, "vi-decrement", "Vi: changing", UI_NORMAL, "subtract from the number here")              \
    X(vi_put, "vi-put", "Vi: changing", VI_BOTH, "paste a register after the cursor")                        \
    X(vi_put_before, "vi-put-before", "Vi: changing", VI_BOTH, "paste a register before the cursor")         \
    X(vi_put_behind, "vi-put-behind", "Vi: changing", UI_NORMAL, "paste a register and go to its end")       \
    X(vi_put_before_behind, "vi-put-before-behind", "Vi: changing", UI_NORMAL, "the same before the cursor") \
    X(vi_register, "vi-register", "Vi: changing", VI_BOTH, "choose the register of the next command")        \
    X(vi_undo, "vi-undo", "Vi: changing", VI_BOTH, "undo a command; with a selection: make it lower case")   \
    X(vi_redo, "vi-redo", "Vi: changing", UI_NORMAL, "redo")                                                 \
    X(vi_repeat, "vi-repeat", "Vi: changing", UI_NORMAL, "repeat the last change")                           \
    X(vi_record, "vi-record", "Vi: changing", VI_BOTH, "start or stop recording keys in a register")         \
    X(vi_play, "vi-play", "Vi: changing", VI_BOTH, "play the keys in a register")                            \
    X(vi_normal, "vi-normal", "Vi: modes", UI_EDIT | VI_MOTIONS, "to normal mode; there: stop filling")      \
    X(vi_visual, "vi-visual", "Vi: modes", VI_BOTH, "select characters")                                     \
    X(vi_visual_lines, "vi-visual-lines", "Vi: modes", VI_BOTH, "select lines")                              \
    X(vi_visual_block, "vi-visual-block", "Vi: modes", VI_BOTH,                                              \
      "select a block: the same columns of several lines")                                                   \
    X(vi_block_insert, "vi-block-insert", "Vi: changing", UI_VISUAL,                                         \
      "insert before the selection, in each line of a block")                                                \
    X(vi_block_append, "vi-block-append", "Vi: changing", UI_VISUAL,                                         \
      "insert after the selection, in each line of a block")                                                 \
    X(vi_visual_again, "vi-visual-again", "Vi: modes", UI_NORMAL, "select the last selection again")         \
    X(vi_other_end, "vi-other-end", "Vi: modes", UI_VISUAL, "to the other end of the selection")             \
    X(vi_insert_backspace, "vi-insert-backspace", "Vi: inserting", UI_EDIT,                                  \
      "delete the character before the cursor")                                                              \
    X(vi_insert_delete_word, "vi-insert-delete-word", "Vi: inserting", UI_EDIT,                              \
      "delete the word before the cursor")                                                                   \
    X(vi_insert_delete_line, "vi-insert-delete-line", "Vi: inserting", UI_EDIT,                              \
      "delete what was typed in this line")                                                                  \
    X(vi_insert_register, "vi-insert-register", "Vi: inserting", UI_EDIT, "paste a register")                \
    X(vi_insert_indent, "vi-insert-indent", "Vi: inserting", UI_EDIT, "indent the line")                     \
    X(vi_insert_unindent, "vi-insert-unindent", "Vi: inserting", UI_EDIT, "unindent the line")               \
    X(vi_write_quit, "vi-write-quit", "Vi: modes", UI_NORMAL, "save if changed, and quit")                   \
    X(vi_quit, "vi-quit-without-saving", "Vi: modes", UI_NORMAL,                                             \
      "quit and discard the changes of this file")                                                           \
    X(vi_row_to_top, "vi-row-to-top", "Vi: moving", VI_BOTH, "scroll this row to the top of the screen")     \
    X(vi_row_to_bottom, "vi-row-to-bottom", "Vi: moving", VI_BOTH,                                           \
      "scroll this row to the bottom of the screen")                                                         \
    X(vi_page_down, "vi-page-down", "Vi: moving", VI_BOTH, "one screen down")                                \
    X(vi_page_up, "vi-page-up", "Vi: moving", VI_BOTH, "one screen up")

#endif
