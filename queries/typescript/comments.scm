; // x, /* x */, <!-- x
[(comment) (html_comment)] @comment
