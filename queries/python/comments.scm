; # x
(comment) @comment
