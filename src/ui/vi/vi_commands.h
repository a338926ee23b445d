/* Commands of modal editing, for keymaps such as vi.keys; rows as in commands.h. */
#ifndef LACUNA_UI_VI_COMMANDS_H
#define LACUNA_UI_VI_COMMANDS_H

#define VI_MOTIONS (UI_NORMAL | UI_VISUAL | UI_OPERATOR)
#define VI_OBJECTS (UI_VISUAL | UI_OPERATOR)
#define VI_BOTH    (UI_NORMAL | UI_VISUAL)

#define UI_VI_COMMANDS(X)                                                                                    \
    X(vi_left, "vi-left", "Vi: moving", VI_MOTIONS, "one character back, in the line")                       \
    X(vi_right, "vi-right", "Vi: moving", VI_MOTIONS, "one character on, in the line")                       \
    X(vi_left_wrapping, "vi-left-wrapping", "Vi: moving", VI_MOTIONS, "one character back")                  \
    X(vi_right_wrapping, "vi-right-wrapping", "Vi: moving", VI_MOTIONS, "one character on")                  \
    X(vi_down, "vi-down", "Vi: moving", VI_MOTIONS, "one line down")                                         \
    X(vi_up, "vi-up", "Vi: moving", VI_MOTIONS, "one line up")                                               \
    X(vi_row_down, "vi-row-down", "Vi: moving", VI_MOTIONS, "one row down")                                  \
    X(vi_row_up, "vi-row-up", "Vi: moving", VI_MOTIONS, "one row up")                                        \
    X(vi_next_line, "vi-next-line", "Vi: moving", VI_MOTIONS, "to the first word of the next line")          \
    X(vi_previous_line, "vi-previous-line", "Vi: moving", VI_MOTIONS,                                        \
      "to the first word of the line before")                                                                \
    X(vi_this_line, "vi-this-line", "Vi: moving", VI_MOTIONS,                                                \
      "to the first word of this line, or so many on")                                                       \
    X(vi_line_start, "vi-line-start", "Vi: moving", VI_MOTIONS, "to the start of the line")                  \
    X(vi_first_nonblank, "vi-first-nonblank", "Vi: moving", VI_MOTIONS, "to the first word of the line")     \
    X(vi_line_end, "vi-line-end", "Vi: moving", VI_MOTIONS, "to the end of the line")                        \
    X(vi_last_nonblank, "vi-last-nonblank", "Vi: moving", VI_MOTIONS, "to the last word's end in the line")  \
    X(vi_row_start, "vi-row-start", "Vi: moving", VI_MOTIONS, "to the start of the row")                     \
    X(vi_row_end, "vi-row-end", "Vi: moving", VI_MOTIONS, "to the end of the row")                           \
    X(vi_column, "vi-column", "Vi: moving", VI_MOTIONS, "to a column")                                       \
    X(vi_find, "vi-find", "Vi: moving", VI_MOTIONS, "to a character of the line")                            \
    X(vi_find_back, "vi-find-back", "Vi: moving", VI_MOTIONS, "back to a character of the line")             \
    X(vi_till, "vi-till", "Vi: moving", VI_MOTIONS, "before a character of the line")                        \
    X(vi_till_back, "vi-till-back", "Vi: moving", VI_MOTIONS, "back behind a character of the line")         \
    X(vi_find_repeat, "vi-find-repeat", "Vi: moving", VI_MOTIONS, "to that character again")                 \
    X(vi_find_reverse, "vi-find-reverse", "Vi: moving", VI_MOTIONS, "the other way to that character")       \
    X(vi_next_word, "vi-next-word", "Vi: moving", VI_MOTIONS, "to the start of the next word")               \
    X(vi_next_big_word, "vi-next-big-word", "Vi: moving", VI_MOTIONS,                                        \
      "to what follows the next white space")                                                                \
    X(vi_word_end, "vi-word-end", "Vi: moving", VI_MOTIONS, "to the end of a word")                          \
    X(vi_big_word_end, "vi-big-word-end", "Vi: moving", VI_MOTIONS,                                          \
      "to the last character before white space")                                                            \
    X(vi_previous_word, "vi-previous-word", "Vi: moving", VI_MOTIONS, "back to the start of a word")         \
    X(vi_previous_big_word, "vi-previous-big-word", "Vi: moving", VI_MOTIONS,                                \
      "back to what follows white space")                                                                    \
    X(vi_previous_word_end, "vi-previous-word-end", "Vi: moving", VI_MOTIONS, "back to the end of a word")   \
    X(vi_previous_big_word_end, "vi-previous-big-word-end", "Vi: moving", VI_MOTIONS,                        \
      "back to what white space follows")                                                                    \
    X(vi_next_sentence, "vi-next-sentence", "Vi: moving", VI_MOTIONS, "to the next sentence")                \
    X(vi_previous_sentence, "vi-previous-sentence", "Vi: moving", VI_MOTIONS,                                \
      "back to the start of a sentence")                                                                     \
    X(vi_next_paragraph, "vi-next-paragraph", "Vi: moving", VI_MOTIONS, "to the next empty line")            \
    X(vi_previous_paragraph, "vi-previous-paragraph", "Vi: moving", VI_MOTIONS, "to the empty line before")  \
    X(vi_go_line, "vi-go-line", "Vi: moving", VI_MOTIONS, "to a line by its number, else the last")          \
    X(vi_first_line, "vi-first-line", "Vi: moving", VI_MOTIONS, "to a line by its number, else the first")   \
    X(vi_screen_top, "vi-screen-top", "Vi: moving", VI_MOTIONS, "to the first line of the screen")           \
    X(vi_screen_middle, "vi-screen-middle", "Vi: moving", VI_MOTIONS, "to the middle of the screen")         \
    X(vi_screen_bottom, "vi-screen-bottom", "Vi: moving", VI_MOTIONS, "to the last line of the screen")      \
    X(vi_half_down, "vi-half-down", "Vi: moving", VI_BOTH, "half a screen down")                             \
    X(vi_half_up, "vi-half-up", "Vi: moving", VI_BOTH, "half a screen up")                                   \
    X(vi_matching, "vi-matching", "Vi: moving", VI_MOTIONS, "to the bracket that belongs to this one")       \
    X(vi_search, "vi-search", "Vi: moving", VI_MOTIONS, "to what matches a pattern")                         \
    X(vi_search_back, "vi-search-back", "Vi: moving", VI_MOTIONS, "back to what matches a pattern")          \
    X(vi_next_match, "vi-next-match", "Vi: moving", VI_MOTIONS, "to the next match")                         \
    X(vi_previous_match, "vi-previous-match", "Vi: moving", VI_MOTIONS, "to the match before")               \
    X(vi_word_next, "vi-word-next", "Vi: moving", VI_MOTIONS, "to where this word stands next")              \
    X(vi_word_previous, "vi-word-previous", "Vi: moving", VI_MOTIONS, "to where this word stood before")     \
    X(vi_part_next, "vi-part-next", "Vi: moving", VI_MOTIONS, "the same, also within words")                 \
    X(vi_part_previous, "vi-part-previous", "Vi: moving", VI_MOTIONS, "back, also within words")             \
    X(vi_mark, "vi-mark", "Vi: moving", VI_BOTH, "set a mark")                                               \
    X(vi_to_mark, "vi-to-mark", "Vi: moving", VI_MOTIONS, "to a mark")                                       \
    X(vi_to_mark_line, "vi-to-mark-line", "Vi: moving", VI_MOTIONS, "to the line of a mark")                 \
    X(vi_older_place, "vi-older-place", "Vi: moving", UI_NORMAL, "back to where one jumped from")            \
    X(vi_newer_place, "vi-newer-place", "Vi: moving", UI_NORMAL, "the other way again")                      \
    X(vi_older_change, "vi-older-change", "Vi: moving", VI_BOTH, "to where the text was changed before")     \
    X(vi_newer_change, "vi-newer-change", "Vi: moving", VI_BOTH, "to where it was changed after that")       \
    X(vi_character, "vi-character", "Vi: moving", VI_BOTH, "say which character this is")                    \
    X(vi_inner_word, "vi-inner-word", "Vi: objects", VI_OBJECTS, "a word, or white space")                   \
    X(vi_a_word, "vi-a-word", "Vi: objects", VI_OBJECTS, "a word with white space")                          \
    X(vi_inner_big_word, "vi-inner-big-word", "Vi: objects", VI_OBJECTS, "what stands between white space")  \
    X(vi_a_big_word, "vi-a-big-word", "Vi: objects", VI_OBJECTS, "the same with white space")                \
    X(vi_inner_sentence, "vi-inner-sentence", "Vi: objects", VI_OBJECTS, "a sentence")                       \
    X(vi_a_sentence, "vi-a-sentence", "Vi: objects", VI_OBJECTS, "a sentence with white space")              \
    X(vi_inner_paragraph, "vi-inner-paragraph", "Vi: objects", VI_OBJECTS, "a paragraph")                    \
    X(vi_a_paragraph, "vi-a-paragraph", "Vi: objects", VI_OBJECTS, "a paragraph with empty lines")           \
    X(vi_inner_double, "vi-inner-double-quotes", "Vi: objects", VI_OBJECTS, "what stands in double quotes")  \
    X(vi_a_double, "vi-double-quotes", "Vi: objects", VI_OBJECTS, "the same with the quotes")                \
    X(vi_inner_single, "vi-inner-single-quotes", "Vi: objects", VI_OBJECTS, "what stands in single quotes")  \
    X(vi_a_single, "vi-single-quotes", "Vi: objects", VI_OBJECTS, "the same with the quotes")                \
    X(vi_inner_backtick, "vi-inner-backticks", "Vi: objects", VI_OBJECTS, "what stands in backticks")        \
    X(vi_a_backtick, "vi-backticks", "Vi: objects", VI_OBJECTS, "the same with the backticks")               \
    X(vi_inner_parens, "vi-inner-parens", "Vi: objects", VI_OBJECTS, "what stands in parentheses")           \
    X(vi_a_parens, "vi-parens", "Vi: objects", VI_OBJECTS, "the same with the parentheses")                  \
    X(vi_inner_squares, "vi-inner-brackets", "Vi: objects", VI_OBJECTS, "what stands in square brackets")    \
    X(vi_a_squares, "vi-brackets", "Vi: objects", VI_OBJECTS, "the same with the brackets")                  \
    X(vi_inner_braces, "vi-inner-braces", "Vi: objects", VI_OBJECTS, "what stands in braces")                \
    X(vi_a_braces, "vi-braces", "Vi: objects", VI_OBJECTS, "the same with the braces")                       \
    X(vi_inner_angles, "vi-inner-angles", "Vi: objects", VI_OBJECTS, "what stands in angle brackets")        \
    X(vi_a_angles, "vi-angles", "Vi: objects", VI_OBJECTS, "the same with the brackets")                     \
    X(vi_inner_tag, "vi-inner-tag", "Vi: objects", VI_OBJECTS, "what stands between <tag> and </tag>")       \
    X(vi_a_tag, "vi-tag", "Vi: objects", VI_OBJECTS, "the same with the tags")                               \
    X(vi_substitute_again, "vi-substitute-again", "Vi: changing", UI_NORMAL,                                 \
      "the same replacement again in this line")                                                             \
    X(vi_earlier, "vi-earlier", "Vi: changing", UI_NORMAL,                                                   \
      "to the text as it was a change ago, undone or not")                                                   \
    X(vi_later, "vi-later", "Vi: changing", UI_NORMAL, "to the text as it was a change after that")          \
    X(vi_filter, "vi-filter", "Vi: operators", VI_MOTIONS, "send its lines through a command of the shell")  \
    X(vi_reflow_stay, "vi-reflow-stay", "Vi: operators", VI_MOTIONS,                                         \
      "fill its lines; the cursor stays with its word")                                                      \
    X(vi_reflow_stay_line, "vi-reflow-stay-line", "Vi: operators", UI_OPERATOR,                              \
      "behind vi-reflow-stay the line, else to the next word")                                               \
    X(vi_delete, "vi-delete", "Vi: operators", VI_MOTIONS,                                                   \
      "delete what a motion or object covers; twice: the line")                                              \
    X(vi_change, "vi-change", "Vi: operators", VI_MOTIONS, "delete it and insert")                           \
    X(vi_yank, "vi-yank", "Vi: operators", VI_MOTIONS, "copy it to a register")                              \
    X(vi_shift_right, "vi-shift-right", "Vi: operators", VI_MOTIONS, "indent its lines")                     \
    X(vi_shift_left, "vi-shift-left", "Vi: operators", VI_MOTIONS, "take their indent back")                 \
    X(vi_lower, "vi-lower", "Vi: operators", VI_MOTIONS, "make its letters small")                           \
    X(vi_upper, "vi-upper", "Vi: operators", VI_MOTIONS, "make them capitals")                               \
    X(vi_swap_case_over, "vi-swap-case-over", "Vi: operators", VI_MOTIONS,                                   \
      "make small letters capitals, and the other way")                                                      \
    X(vi_reflow, "vi-reflow", "Vi: operators", VI_MOTIONS, "fill its lines to reflow-width")                 \
    X(vi_insert, "vi-insert", "Vi: changing", UI_NORMAL, "insert before the cursor")                         \
    X(vi_insert_start, "vi-insert-start", "Vi: changing", UI_NORMAL,                                         \
      "insert before the first word of the line")                                                            \
    X(vi_insert_column_one, "vi-insert-column-one", "Vi: changing", UI_NORMAL,                               \
      "insert at the start of the line")                                                                     \
    X(vi_insert_last, "vi-insert-last", "Vi: changing", UI_NORMAL, "insert where one inserted last")         \
    X(vi_append, "vi-append", "Vi: changing", UI_NORMAL, "insert behind the cursor")                         \
    X(vi_append_end, "vi-append-end", "Vi: changing", UI_NORMAL, "insert at the end of the line")            \
    X(vi_open, "vi-open", "Vi: changing", UI_NORMAL, "insert in a new line below")                           \
    X(vi_open_above, "vi-open-above", "Vi: changing", UI_NORMAL, "insert in a new line above")               \
    X(vi_replace_mode, "vi-replace-mode", "Vi: changing", UI_NORMAL, "type over what stands here")           \
    X(vi_replace_character, "vi-replace-character", "Vi: changing", VI_BOTH, "put another character here")   \
    X(vi_delete_character, "vi-delete-character", "Vi: changing", VI_BOTH, "delete the character here")      \
    X(vi_delete_before, "vi-delete-before", "Vi: changing", UI_NORMAL,                                       \
      "delete the character before the cursor")                                                              \
    X(vi_delete_to_end, "vi-delete-to-end", "Vi: changing", VI_BOTH, "delete to the end of the line")        \
    X(vi_change_to_end, "vi-change-to-end", "Vi: changing", VI_BOTH, "change to the end of the line")        \
    X(vi_substitute, "vi-substitute", "Vi: changing", VI_BOTH, "delete the character here and insert")       \
    X(vi_change_lines, "vi-change-lines", "Vi: changing", VI_BOTH, "change the line")                        \
    X(vi_yank_lines, "vi-yank-lines", "Vi: changing", VI_BOTH, "copy the line to a register")                \
    X(vi_swap_case, "vi-swap-case", "Vi: changing", VI_BOTH, "make the letter here a capital, or small")     \
    X(vi_join, "vi-join", "Vi: changing", VI_BOTH, "join the next line to this one")                         \
    X(vi_join_plain, "vi-join-plain", "Vi: changing", VI_BOTH, "the same without a space")                   \
    X(vi_increment, "vi-increment", "Vi: changing", UI_NORMAL, "add to the number here")                     \
    X(vi_decrement, "vi-decrement", "Vi: changing", UI_NORMAL, "subtract from the number here")              \
    X(vi_put, "vi-put", "Vi: changing", VI_BOTH, "put in a register, behind the cursor")                     \
    X(vi_put_before, "vi-put-before", "Vi: changing", VI_BOTH, "put in a register, before the cursor")       \
    X(vi_put_behind, "vi-put-behind", "Vi: changing", UI_NORMAL, "put in a register and go behind it")       \
    X(vi_put_before_behind, "vi-put-before-behind", "Vi: changing", UI_NORMAL, "the same before the cursor") \
    X(vi_register, "vi-register", "Vi: changing", VI_BOTH, "name the register of the next command")          \
    X(vi_undo, "vi-undo", "Vi: changing", VI_BOTH, "undo a command; of a selection: make its letters small") \
    X(vi_redo, "vi-redo", "Vi: changing", UI_NORMAL, "do again what was undone")                             \
    X(vi_repeat, "vi-repeat", "Vi: changing", UI_NORMAL, "do the last change again")                         \
    X(vi_record, "vi-record", "Vi: changing", VI_BOTH, "record keys in a register; again: end it")           \
    X(vi_play, "vi-play", "Vi: changing", VI_BOTH, "play the keys in a register")                            \
    X(vi_normal, "vi-normal", "Vi: modes", UI_EDIT | VI_MOTIONS, "to normal mode; there: stop filling")      \
    X(vi_visual, "vi-visual", "Vi: modes", VI_BOTH, "select characters")                                     \
    X(vi_visual_lines, "vi-visual-lines", "Vi: modes", VI_BOTH, "select lines")                              \
    X(vi_visual_block, "vi-visual-block", "Vi: modes", VI_BOTH, "select a block: the same columns of lines") \
    X(vi_block_insert, "vi-block-insert", "Vi: changing", UI_VISUAL,                                         \
      "insert before the selection, in each line of a block")                                                \
    X(vi_block_append, "vi-block-append", "Vi: changing", UI_VISUAL,                                         \
      "insert behind the selection, in each line of a block")                                                \
    X(vi_visual_again, "vi-visual-again", "Vi: modes", UI_NORMAL, "select what was selected last")           \
    X(vi_other_end, "vi-other-end", "Vi: modes", UI_VISUAL, "to the other end of the selection")             \
    X(vi_insert_backspace, "vi-insert-backspace", "Vi: inserting", UI_EDIT,                                  \
      "delete the character before the cursor")                                                              \
    X(vi_insert_delete_word, "vi-insert-delete-word", "Vi: inserting", UI_EDIT,                              \
      "delete the word before the cursor")                                                                   \
    X(vi_insert_delete_line, "vi-insert-delete-line", "Vi: inserting", UI_EDIT,                              \
      "delete what was typed in this line")                                                                  \
    X(vi_insert_register, "vi-insert-register", "Vi: inserting", UI_EDIT, "put in a register")               \
    X(vi_insert_indent, "vi-insert-indent", "Vi: inserting", UI_EDIT, "indent the line")                     \
    X(vi_insert_unindent, "vi-insert-unindent", "Vi: inserting", UI_EDIT, "take the indent back")            \
    X(vi_write_quit, "vi-write-quit", "Vi: modes", UI_NORMAL, "save if need be, and leave")                  \
    X(vi_quit, "vi-quit-without-saving", "Vi: modes", UI_NORMAL, "leave, and lose the changes of this file") \
    X(vi_row_to_top, "vi-row-to-top", "Vi: moving", VI_BOTH, "bring this row to the top of the screen")      \
    X(vi_row_to_bottom, "vi-row-to-bottom", "Vi: moving", VI_BOTH,                                           \
      "bring this row to the bottom of the screen")                                                          \
    X(vi_page_down, "vi-page-down", "Vi: moving", VI_BOTH, "one screen down")                                \
    X(vi_page_up, "vi-page-up", "Vi: moving", VI_BOTH, "one screen up")

#endif
